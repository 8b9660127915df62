"""What identifies a dialog, read off messages from either direction."""

from __future__ import annotations

import pytest

from softphone.engine.sip.dialog import DialogRecord
from softphone.model.held_call import Dialog

INVITE = """\
INVITE sip:agent@h SIP/2.0
f: "Tag=x;tag=no" <sip:ann@h;tag=no>;tag=theirs
t: <sip:agent@h>
i: 1@h
CSeq: 1 INVITE
m: "Ann, at home" <sip:ann@10.0.0.1:5062;transport=tcp;x=1>;q=0.5, <sip:other@h>
k: timer
Supported: 100rel, Replaces

"""
ANSWER = (
    "SIP/2.0 200 OK\nFrom: <sip:ann@h>;tag=theirs\nTo: <sip:agent@h> ; TAG = ours \nCall-ID: 1@h\nCSeq: 1 INVITE\n\n"
)
ANN = "sip:ann@10.0.0.1:5062;transport=tcp;x=1"


def test_an_incoming_call() -> None:
    record = DialogRecord()
    record.received(INVITE)
    assert record.dialog == Dialog("1@h", "", "theirs", ANN, True)
    record.sent(ANSWER)
    assert record.dialog == Dialog("1@h", "ours", "theirs", ANN, True)
    record.received(
        "ACK sip:agent@h SIP/2.0\nFrom: <sip:ann@h>;tag=theirs\nTo: <sip:agent@h>;tag=ours\nCSeq: 1 ACK\n\n"
    )
    assert record.dialog == Dialog("1@h", "ours", "theirs", ANN, True)


def test_an_outgoing_call_that_forked_is_the_one_that_was_answered() -> None:
    record = DialogRecord()
    answer = "SIP/2.0 {} X\nFrom: <sip:agent@h>;tag=ours\nTo: <sip:ann@h>;tag={}\nCall-ID: 2@h\nCSeq: 1 INVITE\n{}\n\n"
    record.received(answer.format(180, "first", "Contact: <sip:first@h>\nSupported: replaces"))
    record.received(answer.format(200, "second", "Contact: sip:second@h;q=1"))
    assert record.dialog == Dialog("2@h", "ours", "second", "sip:second@h", True)


def test_the_target_follows_requests_that_may_change_it_and_no_others() -> None:
    record = DialogRecord()
    record.received(INVITE)
    for method, target in (("NOTIFY", ANN), ("UPDATE", "sip:new@h"), ("BYE", "sip:new@h"), ("INVITE", "sip:newer@h")):
        uri = "sip:newer@h" if method == "INVITE" else "sip:new@h"
        record.received(f"{method} sip:agent@h SIP/2.0\nCSeq: 2 {method}\nContact: <{uri}>\n\n")
        assert record.dialog.remote_target == target


@pytest.mark.parametrize("contact", ["*", "<sip:a b@h>", "<http://h/>", "", "<sip:" + "a" * 9000 + "@h>", "<sip:a@h"])
def test_a_target_that_cannot_be_dialled_is_none(contact: str) -> None:
    record = DialogRecord()
    record.received(f"INVITE sip:agent@h SIP/2.0\nCSeq: 1 INVITE\nContact: {contact}\n\n")
    assert record.dialog.remote_target == ""


def test_what_is_no_longer_supported_is_believed_and_silence_is_not() -> None:
    record = DialogRecord()
    record.received(INVITE)
    record.received("INVITE sip:a@h SIP/2.0\nCSeq: 2 INVITE\n\n")
    assert record.dialog.replaces
    record.received("INVITE sip:a@h SIP/2.0\nCSeq: 3 INVITE\nSupported:\n\n")
    assert not record.dialog.replaces


@pytest.mark.parametrize("text", ["", "\r\n", "x", "\0\0", "SIP/2.0 200 OK\nCSeq:\n\n"])
def test_nothing_is_learned_from_rubbish(text: str) -> None:
    record = DialogRecord()
    record.received(text)
    record.sent(text)
    assert record.dialog == Dialog()
