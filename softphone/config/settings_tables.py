"""The tables of model.settings in a TOML document: what they may hold, and what their values have to mean."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, get_type_hints

from softphone.config.declarations import declarations
from softphone.config.findings import Findings
from softphone.config.number_plan import is_region
from softphone.errors import sentence
from softphone.model.settings import Settings
from softphone.policy.admin.checks import sip_address_problem
from softphone.policy.database_url import read_database_url

Changes = Mapping[str, Mapping[str, object]]

_HEADER_NAME = re.compile(r"[A-Za-z0-9.!%*_+`'~-]+")  # RFC 3261 section 25.1, token

TABLES: Mapping[str, type] = get_type_hints(Settings)


def apply(settings: Settings, changes: Changes) -> Settings:
    """*settings* with the values of *changes*, by table and key, put in."""
    tables: dict[str, Any] = {
        table: replace(getattr(settings, table), **dict(values)) for table, values in changes.items()
    }
    return replace(settings, **tables)


def read_table(findings: Findings, table: str, values: Mapping[str, object]) -> dict[str, object]:
    """The declared keys among *values* that are right; the others are noted."""
    right = {}
    for key, declaration in declarations(TABLES[table]).items():
        if key in values:
            try:
                right[key] = declaration.read(values[key])
                check_meaning(table, key, right[key])
            except ValueError as error:
                findings.add((table, key), str(error))
    return right


def check_meaning(table: str, key: str, value: Any) -> None:
    """Check what a type cannot. Raises ValueError, in words that follow the field's name."""
    check = _MEANINGS.get((table, key))
    if check is not None and value:
        check(value)


def problem_of(table: str, key: str, value: object) -> str:
    """What is wrong with the value of this option, as a sentence; empty when nothing is."""
    try:
        check_meaning(table, key, declarations(TABLES[table])[key].read(value))
    except ValueError as error:
        return sentence(str(error))
    return ""


def _check_sip_address(text: str) -> None:
    if problem := sip_address_problem(text):
        raise ValueError(problem)


def _check_ip_address(text: str) -> None:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        raise ValueError(f"“{text}” is not an IP address such as 127.0.0.1") from None


def _check_region(text: str) -> None:
    if not is_region(text):
        raise ValueError(f"“{text}” is not a region such as US or DE")


def _check_header_names(names: tuple[str, ...]) -> None:
    for name in names:
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"“{name}” is not the name of a header")


_MEANINGS: Mapping[tuple[str, str], Callable[[Any], object]] = {
    ("account", "sip_uri"): _check_sip_address,
    ("account", "registrar"): _check_sip_address,
    ("network", "bind"): _check_ip_address,
    ("numbers", "default_region"): _check_region,
    ("numbers", "header_order"): _check_header_names,
    ("database", "url"): read_database_url,
}
