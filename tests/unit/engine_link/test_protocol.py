import json
from dataclasses import is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.engine_link.protocol import COMMANDS, EVENTS, PROTOCOL_VERSION, BadLineError, encode
from softphone.model.ua_commands import Account, Hold, Respond, SetAccount, UaCommand
from softphone.model.ua_events import CallEnded, CallProgress, CommandRefused, UaEvent

FIELDS = {
    str: st.text(st.characters(exclude_categories=())),  # lone surrogates, too
    int: st.integers(-(2**31), 2**31),
    float: st.floats(allow_nan=False, allow_infinity=False),
}


def anything(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of this type, whatever stands in its texts."""
    if is_dataclass(kind) and isinstance(kind, type):
        return st.builds(kind, **{name: anything(hint) for name, hint in get_type_hints(kind).items()})
    if get_origin(kind) is tuple:
        return st.lists(anything(get_args(kind)[0]), max_size=3).map(tuple)
    return FIELDS[kind] if kind in FIELDS else st.from_type(kind)


def writable(value: Any) -> Any:
    """*value* with a question mark for each lone surrogate."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, tuple):
        return tuple(map(writable, value))
    if is_dataclass(value) and not isinstance(value, type):
        return type(value)(**{name: writable(getattr(value, name)) for name in get_type_hints(type(value))})
    return value


def line(kind: str, body: object, version: int = PROTOCOL_VERSION) -> bytes:
    return json.dumps({"v": version, "type": kind, "body": body}).encode()


def test_a_message_is_one_line() -> None:
    assert encode(Hold("c1")) == b'{"v":1,"type":"Hold","body":{"call":"c1"}}\n'


@pytest.mark.parametrize("kind", get_args(UaCommand))
def test_a_refusal_tells_which_kind_of_command_it_is_about(kind: type[UaCommand]) -> None:
    refused = CommandRefused(kind, "c1", "not now")
    assert EVENTS.decode(encode(refused)) == refused


@pytest.mark.parametrize("name", ["Hold ", "CallEnded", "", 7, None])
def test_a_refusal_of_something_that_is_no_command_is_no_message(name: object) -> None:
    with pytest.raises(BadLineError, match="CommandRefused"):
        EVENTS.decode(line("CommandRefused", {"command": name, "call": "", "detail": ""}))


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (b"", "not a message"),
        (b"{}", "not a message"),
        (b"\xff\xfe", "not a message"),
        (b"[" * 100_000, "not a message"),
        (line("Hold", {"call": "c1"}, version=2), "version 2"),
        (line("Explode", {}), "unknown type"),
        (line("CallProgress", {"call": "c1"}), "CallProgress"),
    ],
)
def test_what_is_no_message_is_refused_in_words(bad: bytes, words: str) -> None:
    with pytest.raises(BadLineError, match=words):
        EVENTS.decode(bad)


def test_a_refused_line_never_repeats_what_it_said() -> None:
    with pytest.raises(BadLineError) as refused:
        COMMANDS.decode(line("SetAccount", {"account": {"sip_uri": "sip:a@example.com", "password": {"x": "s3cret"}}}))
    assert "s3cret" not in str(refused.value)


def test_both_directions_come_back_as_they_went() -> None:
    command = SetAccount(Account("sip:a@example.com", password="pass"))
    assert COMMANDS.decode(encode(command)) == command
    assert COMMANDS.decode(encode(Respond("c1", 180))) == Respond("c1", 180)
    assert EVENTS.decode(encode(CallProgress("c1", 180, "Ringing"))) == CallProgress("c1", 180, "Ringing")


@pytest.mark.parametrize("kind", get_args(UaEvent))
@given(data=st.data())
def test_every_event_comes_back_whatever_stands_in_it(kind: type[UaEvent], data: st.DataObject) -> None:
    event = data.draw(anything(kind))
    assert EVENTS.decode(encode(event)) == writable(event)


@pytest.mark.parametrize("kind", get_args(UaCommand))
@given(data=st.data())
def test_every_command_comes_back_whatever_stands_in_it(kind: type[UaCommand], data: st.DataObject) -> None:
    command = data.draw(anything(kind))
    assert COMMANDS.decode(encode(command)) == writable(command)


def test_a_byte_that_nobody_could_read_becomes_a_question_mark() -> None:
    ended = CallEnded("c1", 486, "Occup\udce9", True, 1.0)
    assert EVENTS.decode(encode(ended)) == CallEnded("c1", 486, "Occup?", True, 1.0)
