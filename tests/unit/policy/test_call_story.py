"""What went wrong in this call?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from softphone.model.call_record import CallRecord, Direction, Outcome
from softphone.policy.call_story import what_went_wrong

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CALL = CallRecord(
    call="c1",
    sip_call_id="c1@host",
    direction=Direction.OUTGOING,
    agent="agent1",
    remote_name="",
    remote_uri="sip:bob@example.com",
    tracking_number="",
    label="",
    direct=False,
    arrived=START,
    answered=START + timedelta(seconds=5),
    ended=START + timedelta(seconds=60),
    waited_seconds=5.0,
    outcome=Outcome.ANSWERED,
    explanation="",
)
UNANSWERED = replace(CALL, answered=None)


def happened(event: str, **more: object) -> dict[str, object]:
    return {"event": event, "kind": "heard", "at": 1.0, "call": "c1", **more}


@pytest.mark.parametrize(
    ("record", "entry", "words"),
    [
        (replace(UNANSWERED, outcome=Outcome.FAILED), happened("CallEnded", code=486), "the other side is busy (486)"),
        (
            replace(UNANSWERED, outcome=Outcome.FAILED),
            happened("CallEnded", code=599, reason="Odd"),
            "The call did not come about: Odd (599).",
        ),
        (replace(UNANSWERED, outcome=Outcome.FAILED), happened("Finish"), "the reason is not known"),
        (replace(CALL, outcome=Outcome.LOST), happened("EngineLost"), "lost with it"),
        (replace(UNANSWERED, outcome=Outcome.ABANDONED), happened("CallEnded", code=487), "gave up after 5 seconds"),
        (CALL, happened("CallEnded", code=408, by_remote=True), "The call was cut off: nobody answered in time"),
        (CALL, happened("HoldRefused", code=488), "refused to be put on hold"),
        (CALL, happened("ResumeRefused", code=481), "could not be taken off hold"),
        (CALL, happened("ReferRefused", code=603), "refused to be transferred: the other side declined (603)"),
        (CALL, happened("CommandRefused", detail="The file is gone."), "could not be done: The file is gone."),
        (CALL, happened("RegistrationChanged", code=503), "not registered: the server is not available (503)"),
        (CALL, happened("SoundChanged", note="The headset was unplugged."), "changed during the call: The headset"),
    ],
)
def test_it_is_told_in_plain_words(record: CallRecord, entry: dict[str, object], words: str) -> None:
    told = what_went_wrong(record, [entry])
    assert words in told[0]
    assert all(sentence.endswith(".") for sentence in told)


def test_an_ordinary_call_is_said_to_be_one() -> None:
    noted = [
        happened("RegistrationChanged", code=200),
        happened("SoundChanged", note=""),
        happened("CallEnded", code=200, by_remote=True),
    ]
    assert what_went_wrong(CALL, noted) == (
        "Nothing went wrong that this softphone could notice. The other side ended it.",
    )


def test_the_same_trouble_is_told_once_and_a_call_of_before_is_not_guessed_at() -> None:
    assert len(what_went_wrong(CALL, [happened("HoldRefused", code=491)] * 5)) == 1
    assert "started after the call" in what_went_wrong(CALL, [])[0]
