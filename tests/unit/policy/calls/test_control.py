"""Call control as playbooks: what goes in, what must come out."""

from dataclasses import replace

import pytest

from softphone.model.actions import (
    Choice,
    Choose,
    DeclineTo,
    MuteBeep,
    RequestDial,
    RequestHangUp,
    RequestHold,
    RequestResume,
    SetStatus,
)
from softphone.model.call import IllegalTransitionError, NoAnswerPlan, Phase
from softphone.model.call_record import Direction, Outcome
from softphone.model.profile import AgentStatus, NoAnswer
from softphone.model.sip import Header
from softphone.model.tone import ToneKind
from softphone.model.ua_commands import CutSound, HangUp, Hold, OutliveApp, Respond, Resume
from softphone.model.ua_events import (
    CallEnded,
    CallEstablished,
    CallProgress,
    CommandRefused,
    EngineLost,
    EngineReady,
    HoldConfirmed,
    HoldRefused,
    ResumeRefused,
    SipLibrary,
)
from softphone.model.view import PromptKind
from softphone.policy.calls.arrivals import CALL_WAITING_ALERT
from softphone.policy.calls.events import (
    Command,
    Finish,
    Leaving,
    ListHeld,
    StartTimer,
    StopTimer,
    Tell,
    Timer,
    TimerFired,
    TimerKind,
    UnlistHeld,
)
from softphone.policy.calls.possible import choices_for
from softphone.policy.calls.prompt import prompt_of, tone_of
from softphone.policy.rule.call_waiting import Situation, decide
from tests.playbook import Playbook

from .world import arrival

RING, SWITCH, RETRY = TimerKind.RING_TIME, TimerKind.SWITCH, TimerKind.RETRY
VOICEMAIL = (
    Header("Contact", "<sip:vm@example.com>"),
    Header("Diversion", "<sip:agent1@example.com>;reason={};counter=1"),
)


def sent_on(call: str, reason: str) -> Respond:
    contact, diversion = VOICEMAIL
    return Respond(call, 302, "Moved Temporarily", (contact, replace(diversion, value=diversion.value.format(reason))))


def gone(call: str, *, by_remote: bool = True) -> CallEnded:
    return CallEnded(call, 487, "", by_remote, 0.0)


def outcome(book: Playbook) -> Outcome:
    (finish,) = [command for command in book.commands if isinstance(command, Finish)]
    return finish.outcome


def on_a_call() -> Playbook:
    """The agent talks with c1."""
    return Playbook() >> arrival("c1") >> Choose("c1", Choice.ANSWER) >> CallEstablished("c1", 0.0)


def with_one_waiting() -> Playbook:
    """The agent talks with c1 while c2 waits."""
    return on_a_call() >> arrival("c2")


class TestArrivals:
    def test_a_free_agent_is_rung(self) -> None:
        book = Playbook() >> arrival("c1") << [Respond("c1", 180)]
        assert book.timers == [StartTimer(Timer(RING, "c1"), 60.0)]
        assert (prompt_of(book.state), tone_of(book.state)) == (PromptKind.RINGING, ToneKind.RING)

    def test_call_waiting_is_180_with_alert_info_beep_and_prompt(self) -> None:
        book = on_a_call() >> arrival("c2") << [Respond("c2", 180, headers=(CALL_WAITING_ALERT,))]
        assert (prompt_of(book.state), tone_of(book.state)) == (PromptKind.CALL_WAITING, ToneKind.BEEP)

    def test_call_waiting_off_is_queued_silently(self) -> None:
        book = on_a_call() >> arrival("c2", call_waiting=False) << [Respond("c2", 180)]
        assert (prompt_of(book.state), tone_of(book.state)) == (None, None)
        assert book.call("c2").phase is Phase.QUEUED

    def test_a_silently_queued_caller_can_get_182(self) -> None:
        on_a_call() >> replace(arrival("c2", call_waiting=False), queued_code=182) << [Respond("c2", 182)]

    def test_bypass_is_the_no_answer_route_at_once(self) -> None:
        book = on_a_call() >> arrival("c2", bypass=True) << [sent_on("c2", "user-busy")]
        book >> gone("c2", by_remote=False)
        assert outcome(book) is Outcome.BYPASSED

    def test_a_queue_number_during_a_call_is_486(self) -> None:
        book = on_a_call() >> arrival("c2", direct=False) << [Respond("c2", 486)]
        book >> gone("c2", by_remote=False)
        assert outcome(book) is Outcome.BUSY

    @pytest.mark.parametrize("status", [AgentStatus.DO_NOT_DISTURB, AgentStatus.WRAP_UP, AgentStatus.OFFLINE])
    def test_an_agent_who_is_away(self, status: AgentStatus) -> None:
        away = Playbook() >> SetStatus(status)
        away >> arrival("c1") << [Respond("c1", 180)]
        away >> arrival("c2", bypass=True) << [sent_on("c2", "user-busy")]
        away >> arrival("c3", direct=False) << [Respond("c3", 480)]
        assert prompt_of(away.state) is None
        away >> SetStatus(AgentStatus.AVAILABLE)
        assert prompt_of(away.state) is PromptKind.RINGING

    def test_time_already_waited_is_taken_off_the_ring_time(self) -> None:
        book = Playbook() >> replace(arrival("c1"), waited=3.0)
        assert book.timers == [StartTimer(Timer(RING, "c1"), 57.0)]

    def test_a_second_caller_joins_the_ringing_prompt(self) -> None:
        book = Playbook() >> arrival("c1") >> arrival("c2", direct=False) << [Respond("c2", 180)]
        assert [call.id for call in book.state.at_prompt] == ["c1", "c2"]


class TestNobodyAnswers:
    def test_ring_time_over(self) -> None:
        book = with_one_waiting() >> TimerFired(Timer(RING, "c2")) << [sent_on("c2", "no-answer")]
        assert (prompt_of(book.state), tone_of(book.state)) == (None, None)
        book >> gone("c2", by_remote=False)
        assert outcome(book) is Outcome.NO_ANSWER

    def test_ignore(self) -> None:
        book = with_one_waiting() >> Choose("c2", Choice.IGNORE) << [sent_on("c2", "deflection")]
        assert book.timers == [StopTimer(Timer(RING, "c2"))]
        assert book.call("c1").phase is Phase.ACTIVE
        book >> gone("c2", by_remote=False)
        assert outcome(book) is Outcome.IGNORED

    @pytest.mark.parametrize(
        ("event", "then"),
        [
            (TimerFired(Timer(RING, "c2")), "The ring time was over. The caller was sent to the voicemail box"),
            (Choose("c2", Choice.IGNORE), "The agent chose Ignore. The caller was sent to the voicemail box"),
            (DeclineTo("c2", "sip:bob@example.com"), "The agent sent the caller to sip:bob@example.com."),
        ],
    )
    def test_the_log_says_what_the_rule_was_and_then_what_happened(self, event, then) -> None:
        book = with_one_waiting() >> event >> gone("c2", by_remote=False)
        (finish,) = [command for command in book.commands if isinstance(command, Finish)]
        rule = decide(Situation.ON_A_CALL, direct=True, call_waiting=True, bypass=False)
        assert finish.why.startswith(f"{rule.reason} {then}")

    def test_the_caller_gives_up(self) -> None:
        book = with_one_waiting() >> gone("c2")
        assert outcome(book) is Outcome.ABANDONED
        assert tone_of(book.state) is None

    def test_an_answer_that_is_never_acknowledged_has_failed(self) -> None:
        book = Playbook() >> arrival("c1") >> Choose("c1", Choice.ANSWER) >> CallEnded("c1", 408, "", True, 0.0)
        assert outcome(book) is Outcome.FAILED

    def test_closing_the_softphone_sends_everybody_on_who_has_not_been_answered(self) -> None:
        book = with_one_waiting() >> arrival("c3") >> Leaving()
        book << [sent_on("c2", "unavailable"), sent_on("c3", "unavailable")]
        assert book.call("c1").phase is Phase.ACTIVE

    def test_decline_to(self) -> None:
        book = with_one_waiting() >> DeclineTo("c2", "sip:boss@example.com")
        (answer,) = [command for command in book.commands if isinstance(command, Respond)]
        assert (answer.code, answer.headers[0]) == (302, Header("Contact", "<sip:boss@example.com>"))

    def test_an_answer_the_user_agent_cannot_send_is_replaced_by_480_once(self) -> None:
        book = with_one_waiting() >> Choose("c2", Choice.IGNORE)
        refusal = CommandRefused(Respond, "c2", "bad header")
        book >> refusal << [Respond("c2", 480)]
        book >> refusal << []


class TestHoldAndAnswer:
    def test_hold_first_then_answer(self) -> None:
        book = with_one_waiting() >> Choose("c2", Choice.HOLD_AND_ANSWER) << [CutSound("c1", True), Hold("c1")]
        assert book.timers == [StartTimer(Timer(SWITCH, "c1"), 2.0)]
        assert tone_of(book.state) is None
        book >> HoldConfirmed("c1") << [Respond("c2", 200), ListHeld("c1"), OutliveApp("c1", True)]
        book >> CallEstablished("c2", 0.0) << []
        assert (book.call("c1").phase, book.call("c1").held_for_anyone) == (Phase.HELD, True)
        assert book.call("c2").phase is Phase.ACTIVE

    def test_after_two_seconds_the_answer_does_not_wait_any_longer(self) -> None:
        book = with_one_waiting() >> Choose("c2", Choice.HOLD_AND_ANSWER)
        book >> TimerFired(Timer(SWITCH, "c1")) << [Respond("c2", 200)]
        book >> HoldConfirmed("c1") << [ListHeld("c1"), OutliveApp("c1", True)]
        assert book.call("c1").phase is Phase.HELD

    @pytest.mark.parametrize("code", [488, 491, 500])
    def test_a_refused_hold_is_tried_again_and_then_loses_nothing(self, code: int) -> None:
        book = with_one_waiting() >> Choose("c2", Choice.HOLD_AND_ANSWER)
        for _ in range(2):
            book >> HoldRefused("c1", code) << []
            assert book.timers == [StopTimer(Timer(SWITCH, "c1")), StartTimer(Timer(RETRY, "c1"), 0.0, 2.0)]
            book >> TimerFired(Timer(RETRY, "c1")) << [Hold("c1")]
            assert book.timers == [StartTimer(Timer(SWITCH, "c1"), 2.0)]
        book >> HoldRefused("c1", code) << [CutSound("c1", False)]
        assert (book.call("c1").phase, book.call("c2").phase) == (Phase.ACTIVE, Phase.WAITING)
        assert str(code) in book.state.problem
        assert tone_of(book.state) is ToneKind.BEEP

    def test_who_made_the_call_waits_longer_for_the_next_try(self) -> None:
        book = Playbook() >> RequestDial("c1", "sip:x@example.com") >> CallEstablished("c1", 0.0) >> RequestHold("c1")
        book >> HoldRefused("c1", 491)
        assert book.timers[-1] == StartTimer(Timer(RETRY, "c1"), 2.1, 1.9)

    def test_the_caller_gives_up_between_click_and_200_and_the_hold_is_undone(self) -> None:
        book = with_one_waiting() >> Choose("c2", Choice.HOLD_AND_ANSWER)
        book >> gone("c2")
        assert outcome(book) is Outcome.ABANDONED
        assert [command for command in book.commands if isinstance(command, CutSound | Resume)] == [
            CutSound("c1", False),
            Resume("c1"),
        ]

    def test_the_caller_gives_up_between_200_and_ack_and_the_hold_is_undone(self) -> None:
        book = with_one_waiting() >> Choose("c2", Choice.HOLD_AND_ANSWER) >> HoldConfirmed("c1") >> gone("c2")
        assert Resume("c1") in book.commands

    def test_a_refused_hold_needs_no_undoing(self) -> None:
        book = with_one_waiting() >> Choose("c2", Choice.HOLD_AND_ANSWER) >> HoldRefused("c1", 491) >> gone("c2")
        assert Resume("c1") not in book.commands
        assert (book.call("c1").phase, CutSound("c1", False) in book.commands) == (Phase.ACTIVE, True)

    def test_the_current_call_ends_meanwhile(self) -> None:
        book = with_one_waiting() >> Choose("c2", Choice.HOLD_AND_ANSWER) >> gone("c1")
        assert Respond("c2", 200) in book.commands

    def test_the_ring_time_ends_meanwhile(self) -> None:
        book = with_one_waiting() >> Choose("c2", Choice.HOLD_AND_ANSWER)
        book >> TimerFired(Timer(RING, "c2")) << []
        for _ in range(2):
            book >> HoldRefused("c1", 488) >> TimerFired(Timer(RETRY, "c1"))
        book >> HoldRefused("c1", 488) << [CutSound("c1", False), sent_on("c2", "no-answer")]

    def test_a_call_already_held_needs_no_second_hold(self) -> None:
        book = on_a_call() >> RequestHold("c1") >> HoldConfirmed("c1") >> arrival("c2")
        book >> Choose("c2", Choice.HOLD_AND_ANSWER) << [Respond("c2", 200)]
        assert not book.call("c1").held_for_anyone

    def test_a_call_being_dialled_cannot_be_held(self) -> None:
        book = Playbook() >> RequestDial("c1", "sip:x@example.com") >> arrival("c2")
        assert choices_for(book.state, book.call("c2")) == (Choice.HANGUP_AND_ANSWER, Choice.IGNORE)
        before = book.state
        with pytest.raises(IllegalTransitionError):
            book >> Choose("c2", Choice.HOLD_AND_ANSWER)
        assert book.state == before


class TestHangupAndAnswer:
    def test_bye_then_200(self) -> None:
        book = with_one_waiting() >> Choose("c2", Choice.HANGUP_AND_ANSWER) << [HangUp("c1"), Respond("c2", 200)]
        book >> gone("c1", by_remote=False)
        assert outcome(book) is Outcome.ANSWERED

    def test_held_calls_are_not_touched(self) -> None:
        book = with_one_waiting() >> Choose("c2", Choice.HOLD_AND_ANSWER) >> HoldConfirmed("c1")
        book >> CallEstablished("c2", 0.0) >> arrival("c3")
        book >> Choose("c3", Choice.HANGUP_AND_ANSWER) << [HangUp("c2"), Respond("c3", 200)]
        assert book.call("c1").phase is Phase.HELD


class TestWaitingTogether:
    def test_the_oldest_is_in_front(self) -> None:
        book = with_one_waiting() >> arrival("c3") >> arrival("c4")
        assert [call.id for call in book.state.at_prompt] == ["c2", "c3", "c4"]
        book >> gone("c2")
        assert [call.id for call in book.state.at_prompt] == ["c3", "c4"]

    def test_the_prompt_stays_for_the_next(self) -> None:
        book = with_one_waiting() >> arrival("c3") >> Choose("c2", Choice.HOLD_AND_ANSWER)
        assert choices_for(book.state, book.call("c3")) == (Choice.IGNORE,)
        book >> HoldConfirmed("c1") >> CallEstablished("c2", 0.0)
        assert prompt_of(book.state) is PromptKind.CALL_WAITING
        assert Choice.HOLD_AND_ANSWER in choices_for(book.state, book.call("c3"))

    def test_when_the_current_call_ends_the_beep_becomes_a_ring(self) -> None:
        book = with_one_waiting() >> gone("c1")
        assert (prompt_of(book.state), tone_of(book.state)) == (PromptKind.RINGING, ToneKind.RING)
        assert not [timer for timer in book.timers if timer.timer == Timer(RING, "c2")]  # the ring time runs on

    def test_queued_callers_ring_when_the_last_call_ends_the_oldest_first(self) -> None:
        book = on_a_call() >> arrival("c2", call_waiting=False) >> arrival("c3", call_waiting=False) >> gone("c1")
        assert [call.id for call in book.state.at_prompt] == ["c2", "c3"]
        book >> Choose("c2", Choice.ANSWER) << [Respond("c2", 200)]
        assert book.call("c3").phase is Phase.QUEUED

    def test_answering_one_of_two_ringing_puts_the_rule_to_the_other(self) -> None:
        book = Playbook() >> arrival("c1") >> arrival("c2", direct=False) >> Choose("c1", Choice.ANSWER)
        assert Respond("c2", 486) in book.commands

    def test_the_beep_can_be_muted_until_the_prompt_goes(self) -> None:
        book = with_one_waiting() >> MuteBeep(True)
        assert (prompt_of(book.state), tone_of(book.state)) == (PromptKind.CALL_WAITING, None)
        book >> gone("c2") >> arrival("c3")
        assert tone_of(book.state) is ToneKind.BEEP


class TestOwnCalls:
    def test_ringback_while_the_other_side_rings(self) -> None:
        book = Playbook() >> RequestDial("c1", "sip:x@example.com")
        assert tone_of(book.state) is None
        book >> CallProgress("c1", 180, "Ringing")
        assert tone_of(book.state) is ToneKind.RINGBACK
        book >> CallEstablished("c1", 0.0)
        assert tone_of(book.state) is None

    def test_resume_holds_the_other_call_first(self) -> None:
        book = with_one_waiting() >> Choose("c2", Choice.HOLD_AND_ANSWER) >> HoldConfirmed("c1")
        book >> CallEstablished("c2", 0.0) >> RequestResume("c1") << [CutSound("c2", True), Hold("c2")]
        taken_back: list[Command] = [OutliveApp("c1", False), UnlistHeld("c1"), CutSound("c1", False), Resume("c1")]
        book >> HoldConfirmed("c2") << taken_back
        assert not book.call("c2").held_for_anyone

    def test_a_resume_that_stays_refused_keeps_the_call_held(self) -> None:
        book = on_a_call() >> RequestHold("c1") >> HoldConfirmed("c1") >> RequestResume("c1")
        for _ in range(2):
            book >> ResumeRefused("c1", 491) >> TimerFired(Timer(RETRY, "c1")) << [Resume("c1")]
        book >> ResumeRefused("c1", 491)
        assert book.call("c1").phase is Phase.HELD
        assert any(isinstance(command, Tell) for command in book.commands)

    def test_no_second_call_is_dialled_over_a_running_one(self) -> None:
        with pytest.raises(IllegalTransitionError, match="hold"):
            on_a_call() >> RequestDial("c2", "sip:x@example.com")

    def test_no_fifth_call_is_dialled(self) -> None:
        book = Playbook() >> SetStatus(AgentStatus.WRAP_UP)
        for number in range(4):
            book >> arrival(f"c{number}")
        with pytest.raises(IllegalTransitionError, match="limit"):
            book >> RequestDial("c5", "sip:x@example.com")

    def test_the_engine_tells_how_many_calls_there_can_be(self) -> None:
        book = Playbook() >> SetStatus(AgentStatus.WRAP_UP)
        book >> EngineReady(1, 4711, "", (), True, SipLibrary(call_limit=6))
        for number in range(6):
            assert not book.state.is_full
            book >> arrival(f"c{number}")
        with pytest.raises(IllegalTransitionError, match="6 calls at once are the limit"):
            book >> RequestDial("c6", "sip:x@example.com")

    def test_hanging_up_on_a_waiting_caller_is_refused_in_words(self) -> None:
        with pytest.raises(IllegalTransitionError, match="Ignore"):
            with_one_waiting() >> RequestHangUp("c2")

    def test_an_action_on_a_call_that_is_over(self) -> None:
        with pytest.raises(IllegalTransitionError, match="over"):
            Playbook() >> RequestHold("c9")


def test_a_dead_engine_loses_every_call_and_logs_each_once() -> None:
    book = with_one_waiting() >> arrival("c3", direct=False) >> EngineLost(-9, 0.0)
    finishes = [command for command in book.commands if isinstance(command, Finish)]
    assert [(finish.call, finish.outcome) for finish in finishes] == [
        ("c1", Outcome.LOST),
        ("c2", Outcome.LOST),
        ("c3", Outcome.BUSY),
    ]
    assert book.state.calls == ()
    assert all(finish.direction is Direction.INCOMING for finish in finishes)


def test_messages_about_calls_long_gone_change_nothing() -> None:
    book = with_one_waiting()
    before = book.state
    for event in (gone("x"), HoldConfirmed("x"), HoldRefused("x", 491), CallEstablished("x", 0.0)):
        book >> event << []
    book >> TimerFired(Timer(RETRY, "x")) << []
    assert book.state == before


def test_a_plan_to_hang_up_is_480() -> None:
    plan = NoAnswerPlan(NoAnswer.HANG_UP, "", "sip:agent1@example.com")
    book = Playbook() >> replace(arrival("c1"), plan=plan) >> Choose("c1", Choice.IGNORE)
    assert Respond("c1", 480, headers=(Header("Reason", 'Q.850;cause=21;text="Call rejected"'),)) in book.commands
