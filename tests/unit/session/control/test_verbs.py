from collections.abc import Awaitable
from dataclasses import replace

import pytest

from softphone.errors import RefusedError
from softphone.model.actions import (
    Action,
    Choice,
    Choose,
    DeclineTo,
    PressKeys,
    RequestHangUp,
    RequestHold,
    RequestHoldForAnyone,
    RequestResume,
    RequestTransfer,
    SetStatus,
)
from softphone.model.call import CallStatus
from softphone.model.call_record import Direction
from softphone.model.profile import AgentStatus, NoAnswer
from softphone.model.view import (
    CallerView,
    CallView,
    EngineView,
    HeldCallView,
    Party,
    PromptKind,
    PromptView,
    RegistrationStatus,
    RegistrationView,
    SessionView,
    SoundView,
)
from softphone.session.control.verbs import VERBS, UsageError, answer
from tests.fakes.controlled import FakeControlled

PARTY = Party("A caller", "(555) 867-5309", "sip:+15558675309@example.com")


def call(name: str, status: CallStatus) -> CallView:
    held = status is CallStatus.HELD
    return CallView(
        name, f"{name}@sip", status, Direction.INCOMING, PARTY, "+15551230001", "", True, held, held, False, 1.0, 2.0
    )


def offer(name: str) -> CallerView:
    return CallerView(name, PARTY, "+15551230001", "(555) 123-0001", "Spring", True, 1.0, 9.0, NoAnswer.HANG_UP, "")


def held(name: str, call: str = "") -> HeldCallView:
    how = () if call else tuple(Choice)
    return HeldCallView(name, PARTY, "", "", "", "agent2", "Agent Two", 1.0, call=call, pick_up=how)


POSSIBLE = {
    CallStatus.ACTIVE: lambda call: (
        RequestHold(call),
        RequestHoldForAnyone(call),
        RequestTransfer(call),
        PressKeys(call),
        RequestHangUp(call),
    ),
    CallStatus.HELD: lambda call: (
        RequestResume(call),
        RequestHoldForAnyone(call),
        RequestTransfer(call),
        RequestHangUp(call),
    ),
    CallStatus.DIALING: lambda call: (RequestHangUp(call),),
    CallStatus.ANSWERING: lambda _call: (),
}


def session(*calls: CallView, waiting: tuple[str, ...] = ()) -> FakeControlled:
    prompt = PromptView(PromptKind.CALL_WAITING, tuple(map(offer, waiting)), tuple(Choice), None, False)
    view = SessionView(
        RegistrationView(RegistrationStatus.NONE, "", 0, ""),
        AgentStatus.AVAILABLE,
        EngineView(1, 0, ""),
        SoundView(),
        calls,
        0,
        prompt if waiting else None,
        False,
        (held("theirs"), held("mine", call="h")) if calls else (),
        possible=frozenset(action for call in calls for action in POSSIBLE[call.status](call.id)),
    )
    return FakeControlled(view)


BUSY = (call("a", CallStatus.ACTIVE), call("h", CallStatus.HELD))

WHAT_HAPPENS = [
    ("answer", "", Choose("w1", Choice.ANSWER)),
    ("answer", "w2", Choose("w2", Choice.ANSWER)),
    ("hold-answer", "", Choose("w1", Choice.HOLD_AND_ANSWER)),
    ("hangup-answer", "", Choose("w1", Choice.HANGUP_AND_ANSWER)),
    ("ignore", "w2", Choose("w2", Choice.IGNORE)),
    ("decline-to", "sip:vm@example.com", DeclineTo("w1", "sip:vm@example.com")),
    ("hold", "", RequestHold("a")),
    ("hold", "a", RequestHold("a")),
    ("resume", "", RequestResume("h")),
    ("hangup", "", RequestHangUp("a")),
    ("hangup", "h", RequestHangUp("h")),
    ("agent-status", "wrap-up", SetStatus(AgentStatus.WRAP_UP)),
    ("dial", "+15550100", ("dial", "+15550100")),
    ("mute", "", ("mute", True)),
    ("mute", "off", ("mute", False)),
    ("mute", "toggle", ("mute", True)),
    ("dtmf", "12#a", PressKeys("a", "12#A")),
    ("register", "", "register"),
    ("hold-for-anyone", "", RequestHoldForAnyone("a")),
    ("transfer", "agent2", ("transfer", "a", "agent2")),
    ("note", "urgent", ("note", "mine", "urgent")),
]


@pytest.mark.parametrize(("verb", "arg", "asked"), WHAT_HAPPENS)
def test_each_verb_asks_the_session_for_one_thing(verb: str, arg: str, asked: Action) -> None:
    controlled = session(*BUSY, waiting=("w1", "w2"))
    answer(controlled, verb, {"verb": verb, "arg": arg})
    assert controlled.asked == [asked]


@pytest.mark.parametrize(("verb", "arg"), [(verb, arg) for verb, arg, _ in WHAT_HAPPENS])
def test_what_the_session_refuses_is_refused(verb: str, arg: str) -> None:
    controlled = session(*BUSY, waiting=("w1", "w2"))
    controlled.refusal = "Not now."
    with pytest.raises(RefusedError, match=r"^Not now\.$"):
        answer(controlled, verb, {"arg": arg})


def test_a_call_can_be_named_beside_the_argument() -> None:
    controlled = session(*BUSY, waiting=("w1", "w2"))
    answer(controlled, "decline-to", {"arg": "sip:vm@example.com", "call": "w2"})
    answer(controlled, "dtmf", {"arg": "5", "call": "h"})
    assert controlled.asked == [DeclineTo("w2", "sip:vm@example.com"), PressKeys("h", "5")]


def test_the_answer_says_which_call_it_was() -> None:
    assert answer(session(*BUSY), "hold", {}) == {"call": "a"}
    assert answer(session(*BUSY), "dial", {"arg": "x"}) == {"call": "new-call"}
    assert answer(session(waiting=("w1",)), "ignore", {}) == {"call": "w1"}


def test_hangup_takes_a_call_that_is_dialed_before_one_that_is_held() -> None:
    controlled = session(call("h", CallStatus.HELD), call("d", CallStatus.DIALING))
    answer(controlled, "hangup", {})
    assert controlled.asked == [RequestHangUp("d")]


@pytest.mark.parametrize(
    ("verb", "arg", "words"),
    [
        ("hold", "", "no call that can be put on hold"),
        ("hold", "x", "no call “x”"),
        ("hangup", "", "no call that can be ended"),
        ("ignore", "", "Nobody is waiting"),
        ("decline-to", "nonsense", "not a SIP address"),
        ("decline-to", "sip:a@b\r\nX: y", "line break"),
        ("transfer", "agent2", "no call that can be transferred"),
        ("hold-for-anyone", "", "no call that can be held for anyone"),
        ("pickup", "", "Nobody is held for anyone who could be picked up"),
        ("note", "urgent", "Say which held caller"),
    ],
)
def test_what_cannot_be_done_now_is_refused_in_words(verb: str, arg: str, words: str) -> None:
    controlled = session()
    with pytest.raises(RefusedError, match=words):
        answer(controlled, verb, {"arg": arg})
    assert controlled.asked == []


def test_which_of_several_calls_is_meant_is_asked_not_guessed() -> None:
    controlled = session(call("h1", CallStatus.HELD), call("h2", CallStatus.HELD))
    with pytest.raises(RefusedError, match="say which of h1, h2"):
        answer(controlled, "resume", {})


def test_answer_takes_a_caller_who_waits_while_no_call_is_up() -> None:
    controlled = session(waiting=("w1",))
    controlled.view = replace(controlled.view, possible=frozenset({Choose("w1", Choice.HOLD_AND_ANSWER)}))
    answer(controlled, "answer", {})
    assert controlled.asked == [Choose("w1", Choice.HOLD_AND_ANSWER)]


def test_answer_decides_nothing_about_a_call_that_is_up() -> None:
    controlled = session(*BUSY, waiting=("w1",))
    choices = {Choose("w1", Choice.HOLD_AND_ANSWER), Choose("w1", Choice.HANGUP_AND_ANSWER)}
    controlled.view = replace(controlled.view, possible=controlled.view.possible | choices)
    with pytest.raises(RefusedError, match="choose hold-answer or hangup-answer"):
        answer(controlled, "answer", {})
    assert controlled.asked == []


def test_whoever_is_not_at_the_prompt_is_not_said_to_be_nobody() -> None:
    controlled = session(call("a", CallStatus.ANSWERING))
    with pytest.raises(RefusedError, match="is being answered already"):
        answer(controlled, "answer", {})
    controlled.view = replace(session().view, queued=2)
    with pytest.raises(RefusedError, match="2 callers wait silently"):
        answer(controlled, "answer", {})


@pytest.mark.parametrize(
    ("verb", "request_", "words"),
    [
        ("dance", {}, "no command “dance”"),
        ("events", {}, "no command “events”"),
        ("dial", {}, "dial needs TARGET"),
        ("dtmf", {"arg": "12x"}, "keys of a telephone"),
        ("dtmf", {"arg": ""}, "dtmf needs DIGITS"),
        ("mute", {"arg": "perhaps"}, "mute knows on, off, toggle; not “perhaps”"),
        ("agent-status", {"arg": "asleep"}, "agent-status knows available"),
        ("status", {"arg": "x"}, "takes no argument"),
        ("dial", {"arg": "1", "call": "a"}, "not about one call"),
        ("dial", {"arg": 5}, "must be text"),
        ("hold", {"call": ["a"]}, "must be text"),
    ],
)
def test_a_request_that_makes_no_sense_is_wrong_usage(verb: str, request_: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        answer(session(*BUSY), verb, request_)
    assert caught.value.status == 2


def test_status_and_agent_status_only_look() -> None:
    controlled = session(*BUSY)
    controlled.view = replace(controlled.view, agent_status=AgentStatus.WRAP_UP)
    report = answer(controlled, "status", {})
    assert isinstance(report, dict)
    assert [shown["id"] for shown in report["calls"]] == ["a", "h"]
    assert answer(controlled, "agent-status", {}) == {"agent_status": "wrap-up"}
    assert controlled.asked == []


def test_every_verb_explains_itself() -> None:
    assert all(verb.help and (verb.argument is None or verb.argument.help) for verb in VERBS.values())


@pytest.mark.parametrize(
    ("verb", "arg", "asked"),
    [
        ("pickup", "", ("pick up", "theirs", None)),
        ("pickup", "other", ("pick up", "other", None)),
        ("hold-pickup", "", ("pick up", "theirs", Choice.HOLD_AND_ANSWER)),
        ("hangup-pickup", "", ("pick up", "theirs", Choice.HANGUP_AND_ANSWER)),
    ],
)
async def test_a_pickup_is_answered_when_it_is_decided(verb: str, arg: str, asked: object) -> None:
    controlled = session(*BUSY)
    later = answer(controlled, verb, {"arg": arg})
    assert isinstance(later, Awaitable)
    assert await later == {"held_call": asked[1], "call": "picked-up-call"}  # type: ignore[index]
    assert controlled.asked == [asked]
    controlled.refusal = "Agent Three was faster."
    with pytest.raises(RefusedError, match="faster"):
        await answer(controlled, verb, {"arg": arg})  # type: ignore[misc]
