"""Writes the provisioning file: complete, defaults included, so that importing it restores everything."""

from __future__ import annotations

from typing import Any

import tomlkit
from tomlkit.items import Table

from softphone.config.declarations import declarations
from softphone.config.settings_tables import TABLES
from softphone.model.profile import Team, TrackingNumber, UserProfile
from softphone.model.settings import Settings

_HEAD = "Settings and team of a softphone. Passwords are not in here."


def write_provisioning(settings: Settings, team: Team) -> str:
    """The TOML text; everything but passwords."""
    document = tomlkit.document()
    document.add(tomlkit.comment(_HEAD))
    for name in TABLES:
        document.add(name, _table(getattr(settings, name)))
    for name, elements in (
        ("users", [_user(user) for user in team.users]),
        ("tracking_numbers", [_number(number) for number in team.tracking_numbers]),
    ):
        if elements:
            array = tomlkit.aot()
            for element in elements:
                array.append(element)
            document.add(name, array)
    return tomlkit.dumps(document)


def _user(user: UserProfile) -> Table:
    table = _table(user)
    table.add("queue", _table(user.queue))
    return table


def _number(number: TrackingNumber) -> Table:
    table = _table(number)
    table.add("route", str(number.route))
    return table


def _table(values: Any) -> Table:
    """The declared fields of a dataclass of the model."""
    kind: type = type(values)
    table = tomlkit.table()
    for key in declarations(kind):
        table.add(key, _plain(getattr(values, key)))
    return table


def _plain(value: object) -> object:
    """Enums are their text, tuples are lists; the rest is TOML as it is."""
    if isinstance(value, str):
        return str(value)
    return list(value) if isinstance(value, tuple) else value
