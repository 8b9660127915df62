import json
from typing import get_args

import pytest

from softphone.engine_link.protocol import COMMANDS, EVENTS, PROTOCOL_VERSION, BadLineError, encode
from softphone.model.ua_commands import Account, Hold, Respond, SetAccount, UaCommand
from softphone.model.ua_events import CallProgress, CommandRefused


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
