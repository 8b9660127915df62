"""Users and tracking numbers of a provisioning file, and whether what refers to a user finds one."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar

from softphone.config.declarations import declarations
from softphone.config.findings import Findings, suggestion
from softphone.config.number_plan import PhoneNumberPlan
from softphone.config.settings_tables import check_sip_address
from softphone.config.toml_lines import KeyPath
from softphone.model.profile import NoAnswer, Route, RouteKind, TrackingNumber, UserProfile, UserQueue
from softphone.model.sip import is_safe_header_value

T = TypeVar("T")
Entries = list[tuple[KeyPath, T]]

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_LOGIN = re.compile(r"[^\s:]+")
_OTHER_SCHEMES = ("sip", "sips", "tel")
_ROUTES = tuple(f"{kind}:" for kind in (RouteKind.AGENT, RouteKind.QUEUE))


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
        problem = _no_answer_problem(user, logins)
        if problem:
            findings.add(target, problem)


def check_numbers(findings: Findings, entries: Entries[TrackingNumber], logins: Collection[str]) -> None:
    """Note numbers given twice and direct lines of nobody."""
    _check_unique(findings, (((*path, "number"), number.number) for path, number in entries))
    for path, number in entries:
        problem = _route_problem(number.route, logins)
        if problem and not findings.noted((*path, "route")):
            findings.add((*path, "route"), problem)


def unknown_user(login: str, logins: Collection[str]) -> str:
    """What to say about a login nobody has."""
    return f"there is no user “{login}”{suggestion(login, logins)}"


def _no_answer_problem(user: UserProfile, logins: Collection[str]) -> str:
    route, target = user.queue.no_answer, user.queue.no_answer_target
    if route is NoAnswer.HANG_UP:
        return f"has no meaning while no_answer is {route}" if target else ""
    if not target:
        return f"is missing; no_answer is {route}"
    if route is NoAnswer.VOICEMAIL:
        return _said_by(check_sip_address, target)
    if target == user.login:
        return "is the user's own login; name another agent"
    return "" if target in logins else unknown_user(target, logins)


def _route_problem(route: Route, logins: Collection[str]) -> str:
    target = route.target
    if route.kind is RouteKind.AGENT:
        return "" if target in logins else unknown_user(target, logins)
    scheme, colon, _ = target.partition(":")
    if route.kind is RouteKind.OTHER and target in logins:
        return f"“{target}” is no route; did you mean “{RouteKind.AGENT}:{target}”?"
    if route.kind is RouteKind.OTHER and colon and scheme not in _OTHER_SCHEMES:
        return f"“{target}” is no route{suggestion(scheme + colon, _ROUTES)}"
    return ""


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
        _check(findings, (*path, "sip_uri"), check_sip_address, fields["sip_uri"])
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


def _said_by(check: Callable[[str], None], text: str) -> str:
    try:
        check(text)
    except ValueError as error:
        return str(error)
    return ""


def _check_login(text: str) -> None:
    if not text:
        raise ValueError("is missing")
    if not _LOGIN.fullmatch(text):
        raise ValueError(f"“{text}” contains a blank or a colon")


def _check_e164(text: str, plan: PhoneNumberPlan) -> None:
    if not text:
        raise ValueError("is missing")
    if not _E164.fullmatch(text):
        meant = plan.to_e164(text)
        raise ValueError(f"“{text}” is no E.164 number" + (f"; did you mean “{meant}”?" if meant else ""))


def _route(value: object) -> Route:
    if not isinstance(value, str) or not is_safe_header_value(value):
        raise ValueError("is not a line of text")
    return Route.parse(value)
