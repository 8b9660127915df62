"""Callers from their INVITE until somebody answers, sends them on, or they give up."""

from __future__ import annotations

from dataclasses import replace

from softphone.model.actions import DeclineTo
from softphone.model.call import UNANSWERED, Call, IllegalTransitionError, NoAnswerPlan, Phase
from softphone.model.call_record import Direction, Outcome
from softphone.model.profile import NoAnswer
from softphone.model.sip import Header
from softphone.model.ua_commands import Respond
from softphone.policy.calls.events import Arrived, Leaving, StartTimer, StopTimer, Timer, TimerKind
from softphone.policy.calls.state import State, Turn
from softphone.policy.rule.call_waiting import Rule, Treatment, decide
from softphone.policy.rule.no_answer import DivertReason, redirect, send_on

# RFC 7462 section 5.1
CALL_WAITING_ALERT = Header("Alert-Info", "<urn:alert:service:call-waiting>")

_PHASES = {
    Treatment.RING: Phase.RINGING,
    Treatment.CALL_WAITING: Phase.WAITING,
    Treatment.QUEUE_SILENTLY: Phase.QUEUED,
}


def arrive(turn: Turn, event: Arrived) -> None:
    """A new INVITE: apply the rule, start the ring time."""
    call = Call(
        event.call,
        Direction.INCOMING,
        Phase.QUEUED,
        direct=event.direct,
        call_waiting=event.call_waiting,
        bypass=event.bypass,
        plan=event.plan,
    )
    rule = _decide(turn.state, call)
    call = turn.put(replace(call, why=rule.reason, rule=rule.id))
    if rule.treatment not in _PHASES:
        _turn_away(turn, replace(call, unseen=True), rule)
        return
    turn.put(replace(call, phase=_PHASES[rule.treatment]))
    turn.want(_provisional(call.id, rule.treatment, event.queued_code))
    turn.want(StartTimer(ring_timer(call.id), max(0.0, event.ring_seconds - event.waited)))


def ring_timer(call_id: str) -> Timer:
    """The one ring timer of a call: it runs from arrival, whether the caller rings, waits or is queued."""
    return Timer(TimerKind.RING_TIME, call_id)


def _decide(state: State, call: Call) -> Rule:
    return decide(state.situation, direct=call.direct, call_waiting=call.call_waiting, bypass=call.bypass)


def _provisional(call_id: str, treatment: Treatment, queued_code: int) -> Respond:
    if treatment is Treatment.CALL_WAITING:
        return Respond(call_id, 180, headers=(CALL_WAITING_ALERT,))
    return Respond(call_id, queued_code if treatment is Treatment.QUEUE_SILENTLY else 180)


def _turn_away(turn: Turn, call: Call, rule: Rule) -> None:
    if rule.treatment is Treatment.NO_ANSWER_ROUTE:
        leave_unanswered(turn, call, DivertReason.USER_BUSY, Outcome.BYPASSED, rule.reason)
        return
    code, outcome = (486, Outcome.BUSY) if rule.treatment is Treatment.BUSY else (480, Outcome.UNAVAILABLE)
    _end_with(turn, call, Respond(call.id, code), outcome, rule.reason)


def leave_unanswered(turn: Turn, call: Call, reason: DivertReason, outcome: Outcome, why: str) -> None:
    """Carry out the no-answer plan."""
    plan = plan_of(call)
    _end_with(turn, call, send_on(call.id, plan, reason), outcome, f"{why} {plan.why or _next_words(plan)}".strip())


def _next_words(plan: NoAnswerPlan) -> str:
    return {
        NoAnswer.HANG_UP: "The caller was hung up on.",
        NoAnswer.AGENT: f"The caller was sent to {plan.target}.",
        NoAnswer.VOICEMAIL: f"The caller was sent to the voicemail box {plan.target}.",
    }[plan.kind]


def decline_to(turn: Turn, call: Call, action: DeclineTo) -> None:
    """The agent sends an unanswered caller elsewhere."""
    plan = plan_of(call)
    answer = redirect(call.id, action.target, plan.owner, plan.diversions, DivertReason.DEFLECTION)
    _end_with(turn, call, answer, Outcome.DECLINED, f"{call.why} The agent sent the caller to {action.target}.")


def ignore(turn: Turn, call: Call) -> None:
    """The prompt goes, the agent talks on, the caller follows the no-answer route."""
    leave_unanswered(turn, call, DivertReason.DEFLECTION, Outcome.IGNORED, f"{call.why} The agent chose Ignore.")


def leave(turn: Turn, _event: Leaving) -> None:
    """The softphone is being closed: nobody is left ringing at a phone that is not there any more."""
    for call in turn.unanswered():
        why = "The agent closed the softphone."
        leave_unanswered(turn, call, DivertReason.UNAVAILABLE, Outcome.UNAVAILABLE, why)


def ring_time_over(turn: Turn, call: Call) -> None:
    """Nobody has answered in time. A yes that is being carried out goes first."""
    if call.phase is Phase.ACCEPTED:
        turn.put(replace(call, ring_time_over=True))
    elif call.phase in UNANSWERED:
        leave_unanswered(turn, call, DivertReason.NO_ANSWER, Outcome.NO_ANSWER, f"{call.why} The ring time was over.")


def wait_again(turn: Turn, call: Call) -> None:
    """The agent's yes could not be carried out: the caller goes on waiting, or is sent on if their time is over."""
    waiting = turn.put(replace(call.to(Phase.WAITING), ring_time_over=False))
    if call.ring_time_over:
        ring_time_over(turn, waiting)


def reconsider(turn: Turn) -> None:
    """Apply the rule again to everybody not yet answered: the agent may have become free, busy or unavailable."""
    for call in turn.unanswered():
        rule = _decide(turn.state, call)
        phase = _PHASES.get(rule.treatment)
        if phase is None:
            _turn_away(turn, replace(call, rule=rule.id), rule)
        elif phase is not call.phase:
            turn.put(replace(call.to(phase), why=rule.reason, rule=rule.id))


def answer(turn: Turn, call: Call, instead_of: str = "") -> None:
    """Send the 200."""
    turn.put(replace(call.to(Phase.ANSWERING), instead_of=instead_of))
    turn.want(StopTimer(ring_timer(call.id)), Respond(call.id, 200))


def plan_of(call: Call) -> NoAnswerPlan:
    """The plan every incoming call has."""
    if call.plan is None:
        raise IllegalTransitionError("an outgoing call has no no-answer route")
    return call.plan


def _end_with(turn: Turn, call: Call, answer: Respond, outcome: Outcome, why: str) -> None:
    turn.put(replace(call.to(Phase.ENDING), outcome=outcome, why=why, last_resort=answer.code == 480))
    turn.want(StopTimer(ring_timer(call.id)), answer)
