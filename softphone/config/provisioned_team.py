"""Users and tracking numbers of a provisioning file, and whether what refers to a user finds one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar

from softphone.config.declarations import declarations
from softphone.config.findings import Findings
from softphone.config.number_plan import PhoneNumberPlan
from softphone.config.toml_lines import KeyPath
from softphone.model.profile import Route, RouteKind, TrackingNumber, UserProfile, UserQueue
from softphone.model.sip import is_safe_header_value
from softphone.policy.admin.checks import (
    login_problem,
    no_answer_problem,
    number_problem,
    route_problem,
    sip_address_problem,
)

T = TypeVar("T")
Entries = list[tuple[KeyPath, T]]


def read_users(findings: Findings, document: Mapping[str, object]) -> Entries[UserProfile]:
    """Every ``[[users]]``; a wrong value is noted and its default takes its place."""
    return [(path, _user(findings, path, table)) for path, table in _tables(findings, document, "users")]


def read_numbers(findings: Findings, document: Mapping[str, object], plan: PhoneNumberPlan) -> Entries[TrackingNumber]:
    """Every ``[[tracking_numbers]]``; a wrong value is noted and an empty one takes its place."""
    tables = _tables(findings, document, "tracking_numbers")
    return [(path, _number(findings, path, table, plan)) for path, table in tables]


def check_users(findings: Findings, entries: Entries[UserProfile], logins: Collection[str]) -> None:
    """Note logins given twice and no-answer routes that lead nowhere."""
    _check_unique(findings, (((*path, "login"), user.login) for path, user in entries))
    for path, user in entries:
        target = (*path, "queue", "no_answer_target")
        if findings.noted((*path, "queue", "no_answer")) or findings.noted(target):
            continue
        problem = no_answer_problem(user, logins)
        if problem:
            findings.add(target, problem)


def check_numbers(findings: Findings, entries: Entries[TrackingNumber], logins: Collection[str]) -> None:
    """Note numbers given twice and direct lines of nobody."""
    _check_unique(findings, (((*path, "number"), number.number) for path, number in entries))
    for path, number in entries:
        problem = route_problem(number.route, logins)
        if problem and not findings.noted((*path, "route")):
            findings.add((*path, "route"), problem)


def _check_unique(findings: Findings, values: Iterable[tuple[KeyPath, str]]) -> None:
    first: dict[str, KeyPath] = {}
    for path, value in values:
        if value in first:
            findings.add(path, f"“{value}” is already on line {findings.line(first[value])}")
        elif value:
            first[value] = path


def _tables(findings: Findings, document: Mapping[str, object], name: str) -> list[tuple[KeyPath, object]]:
    elements = document.get(name, [])
    if isinstance(elements, list):
        return [((name, index), element) for index, element in enumerate(elements)]
    findings.add((name,), f"is not a list of tables; write [[{name}]], with two brackets")
    return []


def _user(findings: Findings, path: KeyPath, value: object) -> UserProfile:
    table = findings.table(path, value, (*declarations(UserProfile), "queue"))
    fields = {"login": ""} | _fields(findings, path, table, UserProfile)
    _check(findings, (*path, "login"), _check_login, fields["login"])
    if fields.get("sip_uri"):
        _check(findings, (*path, "sip_uri"), _check_sip_address, fields["sip_uri"])
    return UserProfile(**fields, queue=_queue(findings, (*path, "queue"), table.get("queue", {})))


def _queue(findings: Findings, path: KeyPath, value: object) -> UserQueue:
    table = findings.table(path, value, declarations(UserQueue))
    return UserQueue(**_fields(findings, path, table, UserQueue))


def _number(findings: Findings, path: KeyPath, value: object, plan: PhoneNumberPlan) -> TrackingNumber:
    table = findings.table(path, value, (*declarations(TrackingNumber), "route"))
    fields = {"number": "", "label": ""} | _fields(findings, path, table, TrackingNumber)
    _check(findings, (*path, "number"), lambda text: _check_e164(text, plan), fields["number"])
    route = _check(findings, (*path, "route"), _route, table.get("route", ""))
    return TrackingNumber(**fields, route=route or Route(RouteKind.OTHER, ""))


def _fields(findings: Findings, path: KeyPath, table: Mapping[str, object], of: type) -> dict[str, Any]:
    """The declared fields that are there and right."""
    fields = {}
    for key, declaration in declarations(of).items():
        if key in table:
            value = _check(findings, (*path, key), declaration.read, table[key])
            if value is not None:
                fields[key] = value
    return fields


def _check(findings: Findings, path: KeyPath, check: Callable[[Any], T], value: object) -> T | None:
    """What *check* makes of the value; its words are noted, unless the value was found wrong before."""
    if findings.noted(path):
        return None
    try:
        return check(value)
    except ValueError as error:
        findings.add(path, str(error))
        return None


def _check_login(text: str) -> None:
    _refuse(login_problem(text))


def _check_sip_address(text: str) -> None:
    _refuse(sip_address_problem(text))


def _check_e164(text: str, plan: PhoneNumberPlan) -> None:
    problem, meant = number_problem(text), plan.to_e164(text)
    if problem and text:
        problem = f"“{text}” is no E.164 number" + (f"; did you mean “{meant}”?" if meant else "")
    _refuse(problem)


def _refuse(problem: str) -> None:
    if problem:
        raise ValueError(problem)


def _route(value: object) -> Route:
    if not isinstance(value, str) or not is_safe_header_value(value):
        raise ValueError("is not a line of text")
    return Route.parse(value)
