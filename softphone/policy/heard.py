"""What the user agent reports about a call that is still there, and what follows from it.

Nothing here raises: a message that does not fit any more is late, not wrong.
"""

from __future__ import annotations

from dataclasses import replace

from softphone.model.call import Call, Phase
from softphone.model.call_record import Direction, Outcome
from softphone.model.ua_commands import Bridge, Hold, Refer, Respond, Resume
from softphone.model.ua_events import (
    CallEnded,
    CallEstablished,
    CallProgress,
    CommandRefused,
    HoldConfirmed,
    HoldRefused,
    ReferAccepted,
    ReferProgress,
    ReferRefused,
    RemoteHold,
    ResumeConfirmed,
    ResumeRefused,
)
from softphone.policy import passing
from softphone.policy.bridging import leg_established, one_side_ended, resume_refused
from softphone.policy.choices import hang_up
from softphone.policy.events import Claimed, ClaimGone, PickedUp
from softphone.policy.holding import confirmed, refused, switch_gone, undo_hold
from softphone.policy.state import Turn

Heard = (
    CallProgress
    | Claimed
    | ClaimGone
    | PickedUp
    | ReferAccepted
    | ReferRefused
    | ReferProgress
    | CallEstablished
    | CallEnded
    | HoldConfirmed
    | HoldRefused
    | ResumeConfirmed
    | ResumeRefused
    | RemoteHold
    | CommandRefused
)


def hear(turn: Turn, call: Call, event: Heard) -> None:
    """Take note of *event*, which is about *call*."""
    match event:
        case CallProgress(code=code):
            turn.put(replace(call, remote_ringing=call.remote_ringing or code == 180))
        case RemoteHold(held=held):
            turn.put(replace(call, remote_held=held))
        case CallEstablished():
            _established(turn, call)
        case CallEnded():
            _ended(turn, call, event)
        case HoldConfirmed():
            confirmed(turn, call, Phase.HOLDING)
        case ResumeConfirmed():
            confirmed(turn, call, Phase.RESUMING)
        case Claimed() | ClaimGone() | PickedUp() | ReferAccepted() | ReferRefused() | ReferProgress():
            _hear_of_passing(turn, call, event)
        case HoldRefused(code=code):
            refused(turn, call, Phase.HOLDING, code)
        case ResumeRefused() if call.phase is Phase.BRIDGED:
            resume_refused(turn, call)
        case ResumeRefused(code=code):
            refused(turn, call, Phase.RESUMING, code)
        case CommandRefused():
            _command_refused(turn, call, event)


def _hear_of_passing(
    turn: Turn, call: Call, event: Claimed | ClaimGone | PickedUp | ReferAccepted | ReferRefused | ReferProgress
) -> None:
    match event:
        case Claimed():
            passing.claimed(turn, call, event)
        case ClaimGone():
            passing.claim_gone(turn, call)
        case PickedUp():
            passing.gone(turn, call)
        case ReferAccepted():
            passing.accepted(turn, call)
        case ReferRefused(code=code):
            passing.refused(turn, call, code)
        case ReferProgress(code=code, final=final):
            passing.progress(turn, call, code, final=final)


def _established(turn: Turn, call: Call) -> None:
    if call.bridge_for:
        leg_established(turn, call)
    elif call.phase in (Phase.ANSWERING, Phase.DIALING):
        turn.put(replace(call.to(Phase.ACTIVE), talked=True, outcome=Outcome.ANSWERED, remote_ringing=False))


def _ended(turn: Turn, call: Call, event: CallEnded) -> None:
    turn.finish(replace(call, outcome=call.outcome or _outcome(call, event), why=_why(call, event)))
    switch_gone(turn, call.id)
    one_side_ended(turn, call)
    if call.phase in (Phase.ANSWERING, Phase.DIALING):
        undo_hold(turn, call.instead_of)


def _outcome(call: Call, event: CallEnded) -> Outcome:
    if call.direction is Direction.INCOMING and _caller_gave_up(event):
        return Outcome.ABANDONED
    return Outcome.FAILED


def _caller_gave_up(event: CallEnded) -> bool:
    """A CANCEL or a BYE, not a network that failed: user agents report that with these two codes."""
    return event.by_remote and event.code not in (408, 503)


def _why(call: Call, event: CallEnded) -> str:
    if call.phase is Phase.ENDING:
        return call.why
    if call.talked:
        return "The other side hung up." if event.by_remote else f"The call broke off ({event.code} {event.reason})."
    if call.direction is Direction.OUTGOING:
        return f"The other side answered {event.code} {event.reason}."
    return (
        f"{call.why} The caller gave up." if _caller_gave_up(event) else f"{call.why} The answer failed ({event.code})."
    )


def _command_refused(turn: Turn, call: Call, event: CommandRefused) -> None:
    """The user agent could not do it. No caller may be left without a final answer because of that."""
    if event.command is Resume and call.phase is Phase.BRIDGED:
        resume_refused(turn, call)
    elif event.command is Hold:
        refused(turn, call, Phase.HOLDING, 0)
    elif event.command is Resume:
        refused(turn, call, Phase.RESUMING, 0)
    elif event.command is Respond and call.phase is Phase.ENDING and not call.last_resort:
        turn.put(replace(call, last_resort=True, why=f"{call.why} That failed: {event.detail}"))
        turn.want(Respond(call.id, 480))
    elif event.command is Refer:
        passing.refused(turn, call, 0)
    elif (event.command is Respond and call.phase is Phase.ANSWERING) or (
        event.command in (Respond, Bridge) and call.phase is Phase.BRIDGED
    ):
        hang_up(turn, call)
