"""“Try a call”: what a caller would get now and why, told by the very functions that decide real calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from softphone.model.call import NoAnswerPlan
from softphone.model.call_record import CallRecord, Direction
from softphone.model.profile import NoAnswer, RouteKind, Team, TrackingNumber, UserProfile
from softphone.model.sip import Header
from softphone.policy.rule.call_waiting import Rule, Situation, Treatment, decide
from softphone.policy.rule.no_answer import DivertReason, plan_no_answer, send_on

_MOST_AGENTS = 5  # how far a caller is followed from agent to agent
_SITUATIONS = {
    Situation.FREE: "{agent} is free.",
    Situation.ON_A_CALL: "{agent} is on a call.",
    Situation.AWAY: "{agent} is on do not disturb, in wrap-up or offline.",
}
_BYPASS = {
    True: "“Bypass queue if no agents available” is on: nobody waits for {agent}.",
    False: "“Bypass queue if no agents available” is off: callers may wait for {agent}.",
}
_CALL_WAITING = {True: "Call Waiting is on for {agent}.", False: "Call Waiting is off for {agent}."}
_NOT_DIRECT = "Only callers on a direct line may wait for {agent}."
_TREATMENTS = {
    Treatment.RING: "The call rings.",
    Treatment.CALL_WAITING: "{agent} hears the beep and is asked: Hold & Answer, Hangup & Answer, or Ignore.",
    Treatment.QUEUE_SILENTLY: "The caller hears ringing, {agent} sees only a count; it rings once {agent} is free.",
    Treatment.NO_ANSWER_ROUTE: "The no-answer route is taken at once.",
    Treatment.BUSY: "The caller is told that the line is busy (486 Busy Here).",
    Treatment.UNAVAILABLE: "The caller is told that nobody is available (480 Temporarily Unavailable).",
}
_BEGINNINGS = {
    Treatment.RING: "rings",
    Treatment.CALL_WAITING: "beep and prompt",
    Treatment.QUEUE_SILENTLY: "waits silently",
    Treatment.BUSY: "busy",
    Treatment.UNAVAILABLE: "unavailable",
}
_OFFERED = (Treatment.RING, Treatment.CALL_WAITING, Treatment.QUEUE_SILENTLY)


@dataclass(frozen=True, slots=True)
class Moment:
    """Something the caller meets, so many seconds after the call has come in."""

    at_seconds: int
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the call gets; one sentence for every rule that took part; what happens when, if nobody answers."""

    treatment: Treatment
    steps: tuple[str, ...]
    timeline: tuple[Moment, ...]


def try_a_call(
    number: TrackingNumber | None,
    profile: UserProfile,
    situation: Situation,
    team: Team,
    shown: Callable[[str], str] = str,
) -> Explanation:
    """What would happen now to a call to *number* (None: no tracking number) at the agent *profile*.

    *team* may hold another version of the agent; *profile* is the one that counts. *shown* turns an
    E.164 number into what people read.
    """
    agent = profile.known_as
    rule = decide(
        situation,
        direct=number is not None and number.is_direct_line_of(profile.login),
        call_waiting=profile.call_waiting,
        bypass=profile.queue.bypass_if_no_agents,
    )
    begins = _BEGINNINGS.get(rule.treatment)
    later = tuple(_unanswered(rule.treatment, profile, team.with_user(profile)))
    return Explanation(
        rule.treatment,
        (
            _about_number(number, profile, team, shown),
            *(text.format(agent=agent) for text in _about_rule(rule, profile)),
            *(step for step, _ in later),
        ),
        (*([Moment(0, begins)] if begins else []), *(moment for _, moment in later)),
    )


def why(record: CallRecord, shown: Callable[[str], str] = str) -> tuple[str, ...]:
    """“Why did it not ring?”: what the call log knows of a call that came in, one sentence for each fact."""
    if record.direction is Direction.OUTGOING:
        return (record.explanation,)
    if record.tracking_number:
        number = _number_in_words(record.tracking_number, record.label, shown)
        dialled = f"{number} was {'a' if record.direct else 'no'} direct line of {record.agent}."
    else:
        dialled = "The dialled number was no tracking number, so it was nobody's direct line."
    return (dialled, record.explanation, f"The caller waited {minutes(record.waited_seconds)}.")


def _about_number(number: TrackingNumber | None, profile: UserProfile, team: Team, shown: Callable[[str], str]) -> str:
    if number is None:
        return "The dialled number is no tracking number, so it is nobody's direct line."
    agent, route = profile.known_as, number.route
    text = _number_in_words(number.number, number.label, shown)
    if number.is_direct_line_of(profile.login):
        return f"{text} is a direct line of {agent}."
    if route.kind is RouteKind.AGENT:
        other = team.user(route.target)
        return f"{text} is a direct line of {other.known_as if other else route.target}, not of {agent}."
    leads = f"the queue “{route.target}”" if route.kind is RouteKind.QUEUE else route.target
    return f"{text} leads to {leads}: it is no direct line of {agent}."


def _number_in_words(e164: str, label: str, shown: Callable[[str], str]) -> str:
    return f"{shown(e164)} ({label})" if label else shown(e164)


def _about_rule(rule: Rule, profile: UserProfile) -> Iterator[str]:
    """One sentence for each column of the row that decided; a column that may hold anything took no part."""
    yield _SITUATIONS[rule.situation]
    if rule.direct is False:
        yield _NOT_DIRECT
    if rule.bypass is not None:
        yield _BYPASS[profile.queue.bypass_if_no_agents]
    if rule.call_waiting is not None:
        yield _CALL_WAITING[profile.call_waiting]
    yield _TREATMENTS[rule.treatment]


def _unanswered(treatment: Treatment, profile: UserProfile, team: Team) -> Iterator[tuple[str, Moment]]:
    """Where the caller goes if nobody answers, from agent to agent; each knows who had the call before."""
    if treatment in _OFFERED:
        at, reason, when = profile.queue.ring_seconds, DivertReason.NO_ANSWER, "If nobody answers"
    elif treatment is Treatment.NO_ANSWER_ROUTE:
        at, reason, when = 0, DivertReason.USER_BUSY, ""
    else:
        return
    agent: UserProfile | None = profile
    chain: tuple[Header, ...] = ()
    for _ in range(_MOST_AGENTS):
        if agent is None:
            return
        plan = plan_no_answer(agent, team, "", chain)
        agent = team.user(agent.queue.no_answer_target) if plan.kind is NoAnswer.AGENT else None
        yield _in_words(plan, agent, at, when)
        chain = tuple(header for header in send_on("", plan, reason).headers if header.name == "Diversion")
        at += agent.queue.ring_seconds if agent else 0
        reason, when = DivertReason.NO_ANSWER, "If nobody answers there"


def _in_words(plan: NoAnswerPlan, agent: UserProfile | None, at: int, when: str) -> tuple[str, Moment]:
    where, moment = {
        NoAnswer.HANG_UP: ("is hung up on", "hung up on"),
        NoAnswer.VOICEMAIL: (f"goes to the voicemail box {plan.target}", "voicemail"),
        NoAnswer.AGENT: ("", ""),
    }[plan.kind]
    if agent is not None:
        name = agent.known_as
        where = (
            f"goes to {name}, where it rings only while {name} is free, for up to {minutes(agent.queue.ring_seconds)}"
        )
        moment = f"{name} rings"
    step = f"{when}, after {minutes(at)} the caller {where}." if when else f"The caller {where}."
    return f"{step} {plan.why}".strip(), Moment(at, moment)


def minutes(seconds: float) -> str:
    """A length of time as people read it on a clock: “0:20”, “5:00”."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"
