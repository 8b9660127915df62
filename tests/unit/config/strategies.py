"""Settings and teams as they can be: for tests that what is written is read back."""

from __future__ import annotations

from dataclasses import fields

from hypothesis import strategies as st

from softphone.config.declarations import Declaration, declarations
from softphone.config.settings_tables import TABLES
from softphone.model.profile import (
    RING_SECONDS_MAX,
    RING_SECONDS_MIN,
    NoAnswer,
    Role,
    Route,
    RouteKind,
    Team,
    TrackingNumber,
    UserProfile,
    UserQueue,
)
from softphone.model.settings import Settings

_NO_CONTROL = st.characters(codec="utf-8", exclude_characters=[chr(code) for code in [*range(32), 127]])
LINES = st.text(_NO_CONTROL, max_size=20)
SIP_ADDRESSES = st.sampled_from(
    ["sip:agent1@example.com", "sips:a.b-c@192.0.2.1:5061;transport=tls", "sip:[2001:db8::1]"]
)
_WITH_A_MEANING = {
    ("account", "sip_uri"): st.just("") | SIP_ADDRESSES,
    ("account", "registrar"): st.just("") | SIP_ADDRESSES,
    ("network", "bind"): st.sampled_from(["", "127.0.0.1", "::1"]),
    ("numbers", "default_region"): st.sampled_from(["US", "DE"]),
    ("numbers", "header_order"): st.lists(st.sampled_from(["To", "X-Tracking-Number"]), max_size=3).map(tuple),
    ("database", "url"): st.just("sqlite"),
    ("agent", "login"): st.just(""),
}


def _values(declaration: Declaration) -> st.SearchStrategy[object]:
    if declaration.choices:
        return st.sampled_from(declaration.choices)
    if declaration.type is bool:
        return st.booleans()
    if declaration.type is int:
        return st.integers(int(declaration.low), int(declaration.high))
    if declaration.type is float:
        return st.floats(declaration.low, declaration.high)
    return LINES


@st.composite
def some_settings(draw: st.DrawFn) -> Settings:
    """Settings with any values that are right."""
    tables = {}
    for table, kind in TABLES.items():
        values = {
            key: draw(_WITH_A_MEANING.get((table, key), _values(declaration)))
            for key, declaration in declarations(kind).items()
        }
        assert set(values) == {field.name for field in fields(kind)}
        tables[table] = kind(**values)
    return Settings(**tables)


@st.composite
def some_teams(draw: st.DrawFn) -> Team:
    """A team that holds together."""
    login = st.text(_NO_CONTROL, min_size=1, max_size=8).filter(
        lambda text: not any(c.isspace() or c == ":" for c in text)
    )
    logins = draw(st.lists(login, max_size=4, unique=True))
    digits = st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)
    numbers = draw(st.lists(digits, max_size=4, unique=True))
    return Team(
        [_user(draw, login, logins) for login in logins],
        [TrackingNumber(number, draw(LINES), draw(_routes(logins))) for number in numbers],
    )


def _user(draw: st.DrawFn, login: str, logins: list[str]) -> UserProfile:
    queue = UserQueue(draw(st.booleans()), draw(st.integers(RING_SECONDS_MIN, RING_SECONDS_MAX)))
    others = [other for other in logins if other != login]
    targets: dict[NoAnswer, st.SearchStrategy[str]] = {NoAnswer.HANG_UP: st.just(""), NoAnswer.VOICEMAIL: SIP_ADDRESSES}
    if others:
        targets[NoAnswer.AGENT] = st.sampled_from(others)
    no_answer = draw(st.sampled_from(list(targets)))
    queue = UserQueue(queue.bypass_if_no_agents, queue.ring_seconds, no_answer, draw(targets[no_answer]))
    address = draw(st.just("") | SIP_ADDRESSES)
    return UserProfile(login, draw(LINES), address, draw(st.sampled_from(Role)), draw(st.booleans()), queue)


def _routes(logins: list[str]) -> st.SearchStrategy[Route]:
    name = st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True)
    routes = name.map(lambda text: Route(RouteKind.QUEUE, text)) | SIP_ADDRESSES.map(
        lambda uri: Route(RouteKind.OTHER, uri)
    )
    return routes | st.sampled_from([Route(RouteKind.AGENT, login) for login in logins]) if logins else routes
