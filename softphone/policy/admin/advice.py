"""What settings will mean that an admin may not expect: plain sentences for beside the control, never a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from softphone.model.profile import RING_SECONDS_DEFAULT, NoAnswer, Team, UserProfile
from softphone.policy.admin.checks import loop_in_words, sip_address_problem
from softphone.policy.admin.team_rules import no_answer_loop
from softphone.policy.rule.explain import minutes
from softphone.policy.rule.no_answer import plan_no_answer

_NOT_THROUGH = "New calls will not ring through while this agent is on a call"
BYPASSED = f"{_NOT_THROUGH}: the queue is bypassed (User Queue → No Answer)."
BYPASSES = f"{_NOT_THROUGH}, although Call Waiting is on."
NO_DIRECT_LINE = "This agent has no direct line: no call will ever be offered as call waiting."


@dataclass(frozen=True, slots=True)
class Advice:
    """A sentence for beside the control of *field*, named as the fields of UserProfile and UserQueue are."""

    field: str
    text: str


def advice_for_user(user: UserProfile, team: Team) -> tuple[Advice, ...]:
    """All there is to say about *user*, who need not be saved yet."""
    edited = team.with_user(user)
    return (*_about_call_waiting(user, edited), *_about_no_answer(user, edited))


def _about_call_waiting(user: UserProfile, team: Team) -> Iterator[Advice]:
    if not user.call_waiting:
        return
    queue = user.queue
    if queue.bypass_if_no_agents:
        yield Advice("call_waiting", BYPASSED)
        yield Advice("bypass_if_no_agents", BYPASSES)
    if not team.direct_lines(user.login):
        yield Advice("call_waiting", NO_DIRECT_LINE)
    if queue.ring_seconds >= RING_SECONDS_DEFAULT and queue.no_answer is NoAnswer.HANG_UP:
        text = f"Unanswered callers are hung up on after {minutes(queue.ring_seconds)}"
        yield Advice("call_waiting", f"{text} (User Queue → No Answer).")
        yield Advice("ring_seconds", f"{text}. A shorter ring time and a voicemail box lose fewer callers.")


def _about_no_answer(user: UserProfile, team: Team) -> Iterator[Advice]:
    queue = user.queue
    if not queue.no_answer_target:
        return
    loop = no_answer_loop(user.login, team)
    if loop:
        yield Advice("no_answer_target", _about_loop(user.login, loop, team))
    elif queue.no_answer is NoAnswer.VOICEMAIL and sip_address_problem(queue.no_answer_target):
        yield Advice("no_answer_target", f"“{queue.no_answer_target}” is no SIP address: callers would be hung up on.")
    elif why := plan_no_answer(user, team, "", ()).why:
        yield Advice("no_answer_target", f"{why} Callers would be hung up on.")


def _about_loop(login: str, loop: tuple[str, ...], team: Team) -> str:
    people = loop_in_words((*loop, loop[0]), team)
    circle = "come back here" if login in loop else "are routed in a circle"
    return f"Unanswered callers {circle}: {people}. Callers nobody answers there are hung up on."
