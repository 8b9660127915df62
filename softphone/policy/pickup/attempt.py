"""Picking up a caller another agent holds, from the claimer's side: one attempt, from the claim to the talk.

The usual way: the holder's softphone sends the caller to us, with our token. Where that cannot be, we go to the
caller (INVITE with Replaces, RFC 3891, when the holder is gone), to the park orbit, or to the holder, who joins the
two. Whatever fails gives the claim back: the caller stays where they were.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from softphone.model.held_call import TOKEN_SECONDS, HeldCall

SILENCE_SECONDS = 4.0
"""How long a holder who is there may take to send the caller before we go to the caller ourselves."""


class Stage(StrEnum):
    """Where the attempt stands."""

    CLAIMING = "claiming"
    EXPECTING = "expecting"  # the caller is to come to us
    CALLING = "calling"  # we call: the caller, the orbit or the holder
    DONE = "done"


class Target(StrEnum):
    """Whom we call."""

    CALLER = "caller"
    HOLDER = "holder"
    ORBIT = "orbit"


@dataclass(frozen=True, slots=True)
class Attempt:
    """*call* is the id of the call it leads to, empty until there is one."""

    held: HeldCall
    stage: Stage = Stage.CLAIMING
    target: Target | None = None
    call: str = ""


# -- events


@dataclass(frozen=True, slots=True)
class Won:
    """The claim is ours; *holder_gone* as far as anybody knows."""

    holder_gone: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """The claim is not ours; *why* in words."""

    why: str


@dataclass(frozen=True, slots=True)
class CallerCame:
    """The INVITE with our token is *call*."""

    call: str


@dataclass(frozen=True, slots=True)
class BridgeWanted:
    """The caller's side refuses REFER: we are to call the holder."""


@dataclass(frozen=True, slots=True)
class Silence:
    """SILENCE_SECONDS are over."""


@dataclass(frozen=True, slots=True)
class CallMade:
    """The call asked for is on its way as *call*, or could not be made at all (empty, with *why*)."""

    call: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class CallUp:
    """The call of this attempt is established."""


@dataclass(frozen=True, slots=True)
class CallOver:
    """The call of this attempt has ended with this SIP status before it was established."""

    code: int


@dataclass(frozen=True, slots=True)
class ClaimWithdrawn:
    """The holder, or the time, has taken our claim back."""

    why: str


@dataclass(frozen=True, slots=True)
class TimeOver:
    """TOKEN_SECONDS are over."""


PickupEvent = (
    Won | Lost | CallerCame | BridgeWanted | Silence | CallMade | CallUp | CallOver | ClaimWithdrawn | TimeOver
)

# -- commands


@dataclass(frozen=True, slots=True)
class Wait:
    """Tell us Silence and TimeOver when their time comes."""

    silence: float = SILENCE_SECONDS
    whole: float = TOKEN_SECONDS


@dataclass(frozen=True, slots=True)
class MakeCall:
    """Call the caller with Replaces, the holder with our token, or the orbit."""

    target: Target


@dataclass(frozen=True, slots=True)
class MarkPickedUp:
    """The team's list shall say that the caller talks to us."""


@dataclass(frozen=True, slots=True)
class MarkGone:
    """The team's list shall say that the caller has given up."""


@dataclass(frozen=True, slots=True)
class Abandon:
    """The call of this attempt, which is not up yet, shall end: whoever waits for its outcome must hear of it."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Give the claim back."""

    why: str


@dataclass(frozen=True, slots=True)
class Succeed:
    """The agent talks to the caller."""


@dataclass(frozen=True, slots=True)
class Fail:
    """It did not work; *why* is for the agent."""

    why: str


PickupCommand = Wait | MakeCall | MarkPickedUp | MarkGone | Abandon | Withdraw | Succeed | Fail
Step = tuple[Attempt, tuple[PickupCommand, ...]]

_NOT_ALLOWED = "The caller's phone does not allow the call to be taken over, and the softphone that held it is gone."
_CALLER_GONE = "The caller has hung up."


def step(attempt: Attempt, event: PickupEvent) -> Step:
    """Take one step. What comes too late changes nothing."""
    if attempt.stage is Stage.DONE:
        return attempt, ()
    match event:
        case Lost(why):
            return _fail(attempt, why)
        case ClaimWithdrawn(why):
            return (attempt, ()) if attempt.call else _fail(attempt, why)
        case TimeOver():
            done, commands = _give_back(attempt, "The caller did not arrive in time.")
            return done, ((Abandon(), *commands) if attempt.call else commands)
        case Won(holder_gone):
            return _won(attempt, holder_gone)
        case CallerCame(call):
            return replace(attempt, stage=Stage.EXPECTING, call=call), ()
        case Silence() | BridgeWanted():
            return _go_there(attempt, event)
        case CallMade(call, why):
            return (replace(attempt, call=call), ()) if call else _give_back(attempt, why)
        case CallUp():
            return replace(attempt, stage=Stage.DONE), (MarkPickedUp(), Succeed())
        case CallOver(code):
            return _call_over(attempt, code)


def _won(attempt: Attempt, holder_gone: bool) -> Step:
    if attempt.held.orbit:
        return _call(attempt, Target.ORBIT, Wait())
    if holder_gone:
        return _call(attempt, Target.CALLER, Wait())
    return replace(attempt, stage=Stage.EXPECTING), (Wait(),)


def _go_there(attempt: Attempt, event: Silence | BridgeWanted) -> Step:
    if attempt.stage is not Stage.EXPECTING or attempt.call:
        return attempt, ()
    if isinstance(event, BridgeWanted):
        return _call(attempt, Target.HOLDER)
    return _call(attempt, Target.CALLER) if attempt.held.dialog.replaces else (attempt, ())


def _call(attempt: Attempt, target: Target, *before: PickupCommand) -> Step:
    return replace(attempt, stage=Stage.CALLING, target=target), (*before, MakeCall(target))


def _call_over(attempt: Attempt, code: int) -> Step:
    done = replace(attempt, stage=Stage.DONE)
    if attempt.target is Target.CALLER and code == 481:  # RFC 3891 section 3: no such dialog
        return done, (MarkGone(), Fail(_CALLER_GONE))
    if attempt.target is Target.ORBIT and code in (404, 410, 480, 481):
        return done, (MarkGone(), Fail(_CALLER_GONE))
    if attempt.target is Target.CALLER:
        return _give_back(attempt, _NOT_ALLOWED if code in (420, 501, 603) else f"The caller was not reached ({code}).")
    if attempt.target is Target.HOLDER:
        return _give_back(attempt, f"The softphone that holds the caller was not reached ({code}).")
    return _give_back(attempt, "The caller was gone before the line was up.")


def _give_back(attempt: Attempt, why: str) -> Step:
    return replace(attempt, stage=Stage.DONE), (Withdraw(why), Fail(why))


def _fail(attempt: Attempt, why: str) -> Step:
    return replace(attempt, stage=Stage.DONE), (Fail(why),)
