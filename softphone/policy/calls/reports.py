"""What is heard of a call that is still there, from its other side or from the user agent, and what follows from it.

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
    RemoteHold,
    ResumeConfirmed,
    ResumeRefused,
)
from softphone.policy.calls.bridge import leg_established, one_side_ended
from softphone.policy.calls.bridge import resume_refused as bridge_resume_refused
from softphone.policy.calls.choices import hang_up
from softphone.policy.calls.holding import confirmed, refused, switch_gone, undo_hold
from softphone.policy.calls.state import Turn
from softphone.policy.calls.transfer import refer_not_sent


def progress(turn: Turn, call: Call, event: CallProgress) -> None:
    """The other side of an outgoing call rings, or will."""
    turn.put(replace(call, remote_ringing=call.remote_ringing or event.code == 180))


def remote_hold(turn: Turn, call: Call, event: RemoteHold) -> None:
    """The other side has put us on hold, or taken us back."""
    turn.put(replace(call, remote_held=event.held))


def hold_confirmed(turn: Turn, call: Call, _event: HoldConfirmed) -> None:
    """The other side is on hold."""
    confirmed(turn, call, Phase.HOLDING)


def hold_refused(turn: Turn, call: Call, event: HoldRefused) -> None:
    """The other side does not want to be on hold."""
    refused(turn, call, Phase.HOLDING, event.code)


def resume_confirmed(turn: Turn, call: Call, _event: ResumeConfirmed) -> None:
    """The other side is off hold."""
    confirmed(turn, call, Phase.RESUMING)


def resume_refused(turn: Turn, call: Call, event: ResumeRefused) -> None:
    """The other side stays on hold."""
    _resume_failed(turn, call, event.code)


def _resume_failed(turn: Turn, call: Call, code: int) -> None:
    if call.phase is Phase.BRIDGED:
        bridge_resume_refused(turn, call)
    else:
        refused(turn, call, Phase.RESUMING, code)


def established(turn: Turn, call: Call, _event: CallEstablished) -> None:
    """The call is up."""
    if call.bridge_for:
        leg_established(turn, call)
    elif call.phase in (Phase.ANSWERING, Phase.DIALING):
        turn.put(replace(call.to(Phase.ACTIVE), talked=True, outcome=Outcome.ANSWERED, remote_ringing=False))


def ended(turn: Turn, call: Call, event: CallEnded) -> None:
    """The call is over."""
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


def command_refused(turn: Turn, call: Call, event: CommandRefused) -> None:
    """The user agent could not do it. No caller may be left without a final answer because of that."""
    if event.command is Resume:
        _resume_failed(turn, call, 0)
    elif event.command is Hold:
        refused(turn, call, Phase.HOLDING, 0)
    elif event.command is Refer:
        refer_not_sent(turn, call)
    elif event.command in (Respond, Bridge) and call.phase is Phase.BRIDGED:
        hang_up(turn, call)
    elif event.command is Respond:
        _answer_failed(turn, call, event.detail)


def _answer_failed(turn: Turn, call: Call, detail: str) -> None:
    if call.phase is Phase.ANSWERING:
        hang_up(turn, call)
    elif call.phase is Phase.ENDING and not call.last_resort:
        turn.put(replace(call, last_resort=True, why=f"{call.why} That failed: {detail}"))
        turn.want(Respond(call.id, 480))
