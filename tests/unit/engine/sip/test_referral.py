"""Each REFER is accepted or refused once; what the other side tells of it belongs to the last one."""

from __future__ import annotations

import pytest

from softphone.engine.problems import CannotDoError
from softphone.engine.sip.referral import Referral
from softphone.model.ua_events import ReferAccepted, ReferProgress, ReferRefused

ACCEPTED = ReferAccepted("c1")


def notify(
    status: str = "SIP/2.0 200 OK", subscription: str = "terminated;reason=noresource", event: str = "refer"
) -> str:
    head = f"NOTIFY sip:a@h SIP/2.0\r\nEvent: {event}\r\nSubscription-State: {subscription}\r\n"
    return f"{head}Content-Type: message/sipfrag\r\n\r\n{status}\r\n"


def answer(number: int) -> str:
    return f"SIP/2.0 202 Accepted\r\nCSeq: {number} REFER\r\n\r\n"


@pytest.fixture
def referral() -> Referral:
    """One whose REFER is on its way."""
    referral = Referral("c1")
    referral.begin()
    referral.request_sent(1)
    return referral


def test_accepted_and_reported(referral: Referral) -> None:
    assert referral.final_answer(1, 202, answer(7)) == [ACCEPTED]
    assert referral.settle() == []
    assert referral.notified(notify("SIP/2.0 100 Trying", "active;expires=60")) == [ReferProgress("c1", 100, False)]
    assert referral.notified(notify()) == [ReferProgress("c1", 200, True)]
    assert referral.notified(notify()) == []
    assert referral.ended() == []


def test_refused(referral: Referral) -> None:
    assert referral.final_answer(1, 603, "") == []
    assert referral.settle() == [ReferRefused("c1", 603)]
    assert referral.settle() == []
    assert referral.notified(notify()) == []
    assert referral.ended() == []


def test_a_challenge_is_no_refusal_while_a_second_try_follows(referral: Referral) -> None:
    assert referral.final_answer(1, 407, "") == []
    referral.request_sent(2)
    assert referral.settle() == []
    assert referral.final_answer(2, 202, answer(8)) == [ACCEPTED]
    assert referral.settle() == []


def test_a_challenge_reported_after_the_second_try_or_not_at_all_changes_nothing(referral: Referral) -> None:
    referral.request_sent(2)
    assert referral.final_answer(1, 407, "") == []
    assert referral.settle() == []
    assert referral.final_answer(2, 603, "") == []
    assert referral.settle() == [ReferRefused("c1", 603)]


def test_a_challenge_nobody_can_meet_is_one(referral: Referral) -> None:
    referral.final_answer(1, 401, "")
    assert referral.settle() == [ReferRefused("c1", 401)]


def test_one_at_a_time(referral: Referral) -> None:
    with pytest.raises(CannotDoError, match="not answered"):
        referral.begin()
    referral.final_answer(1, 202, answer(7))
    referral.begin()
    referral.drop()
    referral.begin()


def test_news_that_overtakes_the_answer_is_an_answer(referral: Referral) -> None:
    assert referral.notified(notify("SIP/2.0 100 Trying", "active")) == [ACCEPTED, ReferProgress("c1", 100, False)]
    assert referral.final_answer(1, 202, answer(7)) == []
    assert referral.notified(notify()) == [ReferProgress("c1", 200, True)]


def test_news_of_an_earlier_one_is_not_news_of_this(referral: Referral) -> None:
    referral.final_answer(1, 202, answer(7))
    referral.begin()
    referral.request_sent(1)
    assert referral.final_answer(1, 202, answer(8)) == [ACCEPTED]
    assert referral.notified(notify("SIP/2.0 503 Late", event="refer;id=7")) == []
    assert referral.notified(notify(event="refer ; id=8")) == [ReferProgress("c1", 200, True)]


def test_the_call_ends_first(referral: Referral) -> None:
    assert referral.ended() == [ReferRefused("c1", 481)]
    assert referral.ended() == []
    assert referral.final_answer(1, 202, answer(7)) == []


def test_the_call_ends_with_the_refusal(referral: Referral) -> None:
    assert referral.final_answer(1, 408, "") == []
    assert referral.ended() == [ReferRefused("c1", 408)]
    assert referral.settle() == []


@pytest.mark.parametrize(
    "text",
    [
        notify(""),
        notify("busy"),
        notify("SIP/2.0 2000 No"),
        notify(event="presence"),
        notify(event=""),
        "",
        "NOTIFY sip:a@h SIP/2.0\r\nEvent: refer",
    ],
)
def test_what_cannot_be_read_says_nothing(referral: Referral, text: str) -> None:
    referral.final_answer(1, 202, answer(7))
    assert referral.notified(text) == []
    assert referral.notified(notify()) == [ReferProgress("c1", 200, True)]


@pytest.mark.parametrize("number", ["", "x", "9" * 5000, "٣"])
def test_strange_numbers_do_no_harm(referral: Referral, number: str) -> None:
    assert referral.final_answer(1, 202, f"SIP/2.0 202 OK\r\nCSeq: {number} REFER\r\n\r\n") == [ACCEPTED]
    assert referral.notified(notify(event=f"refer;id={number}")) == [ReferProgress("c1", 200, True)]
