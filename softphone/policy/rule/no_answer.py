"""Where a caller goes who is not answered: settled on arrival, carried out as a SIP answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from enum import StrEnum

from softphone.model.call import NoAnswerPlan
from softphone.model.profile import NoAnswer, Team, UserProfile
from softphone.model.sip import Header, NameAddr, SipUri, header_values, is_safe_header_value, split_list
from softphone.model.ua_commands import Respond


class DivertReason(StrEnum):
    """Why a call is sent on: the ``reason`` of a Diversion header (RFC 5806 section 10)."""

    NO_ANSWER = "no-answer"
    DEFLECTION = "deflection"
    USER_BUSY = "user-busy"
    UNAVAILABLE = "unavailable"


# Q.850 causes for the Reason header (RFC 3326) of a 480.
_CAUSES = {
    DivertReason.NO_ANSWER: 'Q.850;cause=19;text="No answer"',
    DivertReason.DEFLECTION: 'Q.850;cause=21;text="Call rejected"',
    DivertReason.USER_BUSY: 'Q.850;cause=17;text="User busy"',
    DivertReason.UNAVAILABLE: 'Q.850;cause=20;text="Subscriber absent"',
}


def plan_no_answer(
    profile: UserProfile,
    team: Team,
    caller: str,
    headers: Iterable[Header],
    away: Collection[str] = (),
) -> NoAnswerPlan:
    """What the queue settings of *profile* mean for this caller.

    *caller* is their address, a SIP URI or the From header's value. A target that is unknown, unusable or already
    in the chain of diversions would lose the caller or send them in a circle: the plan then is to hang up, and
    says why. *away* are logins nobody is at a phone for.
    """
    chain = tuple(
        Header("Diversion", part) for value in header_values(headers, "Diversion") for part in split_list(value)
    )
    hang_up = NoAnswerPlan(NoAnswer.HANG_UP, "", profile.sip_uri, chain)
    queue = _last_reachable(profile, team, away).queue
    if queue.no_answer is NoAnswer.HANG_UP:
        return hang_up
    target = queue.no_answer_target
    if queue.no_answer is NoAnswer.AGENT:
        colleague = team.user(target)
        target = colleague.sip_uri if colleague else ""
    try:
        address = SipUri.parse(target).address
    except ValueError:
        return replace(hang_up, why=f"The no-answer route to “{queue.no_answer_target}” leads nowhere.")
    if address in _visited(profile.sip_uri, caller, chain):
        return replace(hang_up, why=f"{target} had this call before: sending it there again would be a loop.")
    return NoAnswerPlan(queue.no_answer, target, profile.sip_uri, chain)


def _last_reachable(profile: UserProfile, team: Team, away: Collection[str]) -> UserProfile:
    """The agent whose no-answer route counts: a route to somebody known to be away goes on by that colleague's own.

    A circle of people who are all away ends where it began.
    """
    seen = {profile.login}
    while profile.queue.no_answer is NoAnswer.AGENT and profile.queue.no_answer_target in away:
        colleague = team.user(profile.queue.no_answer_target)
        if colleague is None or colleague.login in seen:
            break
        seen.add(colleague.login)
        profile = colleague
    return profile


def _visited(owner: str, caller: str, chain: Iterable[Header]) -> set[tuple[str, str]]:
    addresses = set()
    for text in (owner, NameAddr.parse(caller).uri, *(NameAddr.parse(header.value).uri for header in chain)):
        try:
            addresses.add(SipUri.parse(text).address)
        except ValueError:
            continue
    return addresses


def send_on(call: str, plan: NoAnswerPlan, reason: DivertReason) -> Respond:
    """The answer that carries the plan out: 302 with Contact and Diversion, or 480 with Reason."""
    if plan.kind is NoAnswer.HANG_UP:
        return Respond(call, 480, headers=(Header("Reason", _CAUSES[reason]),))
    return redirect(call, plan.target, plan.owner, plan.diversions, reason)


def redirect(call: str, target: str, owner: str, chain: Iterable[Header], reason: DivertReason) -> Respond:
    """A 302 to *target*. Our Diversion stands in front of those the call came with (RFC 5806 section 5)."""
    mine = (Header("Diversion", f"<{owner}>;reason={reason};counter=1"),) if owner else ()
    kept = tuple(header for header in chain if is_safe_header_value(header.value))
    return Respond(call, 302, "Moved Temporarily", (Header("Contact", f"<{target}>"), *mine, *kept))
