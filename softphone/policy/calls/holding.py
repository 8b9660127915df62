"""Hold, resume and changing over from one call to another, with everything the other side may answer."""

from __future__ import annotations

from dataclasses import replace

from softphone.model.actions import RequestHold, RequestResume
from softphone.model.call import Call, IllegalTransitionError, Phase
from softphone.model.call_record import Direction, Outcome
from softphone.model.ua_commands import CutSound, Hold, OutliveApp, Resume
from softphone.policy.calls.arrivals import answer, wait_again
from softphone.policy.calls.events import StartTimer, StopTimer, Tell, Timer, TimerKind, UnlistHeld
from softphone.policy.calls.possible import NOT_UP_YET
from softphone.policy.calls.state import Switch, Turn

SWITCH_SECONDS = 2.0
"""How long a waiting caller's answer waits for the other call's hold."""

TRIES = 3
"""How often a re-INVITE is sent before its refusal is accepted."""


def hold(turn: Turn, call: Call, *, for_anyone: bool) -> None:
    """Cut the sound at once and offer the hold."""
    _new_attempt(turn, call, replace(call.to(Phase.HOLDING), held_for_anyone=for_anyone))
    turn.want(CutSound(call.id, True), Hold(call.id))


def resume(turn: Turn, call: Call) -> None:
    """Offer the end of the hold."""
    if call.held_for_anyone:
        turn.want(OutliveApp(call.id, False))
    if call.listed:
        turn.want(UnlistHeld(call.id))
    _new_attempt(turn, call, replace(call.to(Phase.RESUMING), held_for_anyone=False, listed=False))
    turn.want(CutSound(call.id, False), Resume(call.id))


def _new_attempt(turn: Turn, before: Call, call: Call) -> None:
    if before.retry_due:
        turn.want(StopTimer(_retry_timer(call.id)))
    turn.put(replace(call, attempts=1, retry_due=False))


def request_hold(turn: Turn, call: Call, _action: RequestHold) -> None:
    """The agent presses Hold."""
    hold(turn, call, for_anyone=False)


def request_resume(turn: Turn, call: Call, _action: RequestResume) -> None:
    """The agent presses Resume; the call they are on, if any, goes on hold first."""
    current = turn.state.line_in_use_beside(call.id)
    if current is None:
        resume(turn, call)
    else:
        change_over(turn, current, call, for_anyone=False)


def change_over(turn: Turn, leaving: Call, to: Call, *, for_anyone: bool) -> None:
    """Put *leaving* on hold; *to* follows when that is confirmed or after SWITCH_SECONDS."""
    if leaving.phase is Phase.HOLDING:
        turn.put(replace(leaving, held_for_anyone=for_anyone))
    elif leaving.phase in (Phase.ACTIVE, Phase.RESUMING):
        hold(turn, leaving, for_anyone=for_anyone)
    else:
        raise IllegalTransitionError(NOT_UP_YET)
    turn.switch(Switch(leaving.id, to.id))
    turn.want(StartTimer(_switch_timer(leaving.id), SWITCH_SECONDS))


def follow(turn: Turn) -> None:
    """The way is clear, or the wait is over: answer or resume the call of the change-over."""
    switch = _end_switch(turn)
    to = turn.state.call(switch.to)
    if to.phase is Phase.ACCEPTED:
        left = turn.state.find(switch.leaving)
        on_hold = left is not None and left.phase in (Phase.HOLDING, Phase.HELD)
        connect = answer if to.dial is None else begin_dial
        connect(turn, to, instead_of=switch.leaving if on_hold else "")
    else:
        resume(turn, to)


def begin_dial(turn: Turn, call: Call, instead_of: str = "") -> None:
    """Send the INVITE that had to wait for the line."""
    if call.dial is None:
        raise IllegalTransitionError("there is nobody to call")
    turn.put(replace(call.to(Phase.DIALING), instead_of=instead_of))
    turn.want(call.dial)


def switch_time_over(turn: Turn, leaving: Call) -> None:
    """The waiting caller has waited long enough for the other call's hold."""
    if turn.state.switch is not None and turn.state.switch.leaving == leaving.id:
        follow(turn)


def settle_switch(turn: Turn) -> None:
    """The agent has hung up one side of the change-over: go on with the other at once."""
    switch = turn.state.switch
    if switch is None:
        return
    if turn.state.call(switch.to).phase is Phase.ENDING:
        _end_switch(turn)
        undo_hold(turn, switch.leaving)
    elif turn.state.call(switch.leaving).phase is Phase.ENDING:
        follow(turn)


def switch_gone(turn: Turn, ended: str) -> None:
    """A call has ended: finish or undo the change-over it was part of."""
    switch = turn.state.switch
    if switch is None or ended not in (switch.leaving, switch.to):
        return
    if ended == switch.leaving:
        follow(turn)
    else:
        _end_switch(turn)
        undo_hold(turn, switch.leaving)


def undo_hold(turn: Turn, call_id: str) -> None:
    """The caller it was done for has gone: take the first call back, unless it is already on its way elsewhere."""
    call = turn.state.find(call_id)
    if call is None or call.phase not in (Phase.HOLDING, Phase.HELD) or turn.state.line_is_spoken_for(call_id):
        return
    if call.transfer is not None:
        return
    if call.retry_due:  # refused and not yet tried again: the other side has never been on hold
        turn.want(StopTimer(_retry_timer(call.id)))
        _back_to_talk(turn, call)
    else:
        resume(turn, call)


def confirmed(turn: Turn, call: Call, asked_in: Phase) -> None:
    """The other side has accepted a hold (*asked_in* HOLDING) or its end (RESUMING)."""
    if call.phase is not asked_in:  # the agent has changed their mind meanwhile; the next answer counts
        return
    if asked_in is Phase.RESUMING:
        turn.put(replace(call.to(Phase.ACTIVE), attempts=0))
        return
    turn.put(replace(call.to(Phase.HELD), attempts=0))
    if turn.state.switch is not None and turn.state.switch.leaving == call.id:
        follow(turn)


def refused(turn: Turn, call: Call, asked_in: Phase, code: int) -> None:
    """The other side has refused; try again as RFC 3261 section 14.1 says, then accept it."""
    if call.phase is not asked_in or call.retry_due:
        return
    if call.attempts < TRIES:
        turn.put(replace(call, retry_due=True))
        turn.want(StopTimer(_switch_timer(call.id)), _retry(call))
    elif asked_in is Phase.RESUMING:
        turn.put(replace(call.to(Phase.HELD), attempts=0))
        turn.want(CutSound(call.id, True), Tell(call.id, f"The call could not be taken off hold ({code})."))
    else:
        _hold_failed(turn, call, code)


def _retry(call: Call) -> StartTimer:
    """RFC 3261 section 14.1: who made the Call-ID waits 2.1 to 4 s, the other side 0 to 2 s."""
    if call.direction is Direction.OUTGOING:
        return StartTimer(_retry_timer(call.id), 2.1, 1.9)
    return StartTimer(_retry_timer(call.id), 0.0, 2.0)


def try_again(turn: Turn, call: Call) -> None:
    """The retry timer has run out."""
    if not call.retry_due:
        return
    turn.put(replace(call, retry_due=False, attempts=call.attempts + 1))
    if call.phase is Phase.HOLDING:
        turn.want(Hold(call.id))
        if turn.state.switch is not None and turn.state.switch.leaving == call.id:
            turn.want(StartTimer(_switch_timer(call.id), SWITCH_SECONDS))
    else:
        turn.want(Resume(call.id))


def _hold_failed(turn: Turn, call: Call, code: int) -> None:
    """Nothing is lost: the call stays up and whoever waits goes on waiting."""
    text = f"The call could not be put on hold ({code}). It is still up."
    switch = turn.state.switch
    if switch is not None and switch.leaving == call.id:
        _end_switch(turn)
        _back_to_talk(turn, call)
        to = turn.state.call(switch.to)
        if to.phase is Phase.ACCEPTED and to.dial is None:
            turn.problem(text)
            wait_again(turn, to)
        elif to.phase is Phase.ACCEPTED:
            turn.want(Tell(call.id, text))
            turn.finish(replace(to, outcome=Outcome.FAILED, why=text))
        else:
            turn.want(Tell(call.id, text))
    elif turn.state.line_is_spoken_for(call.id):  # the answer did not wait: this call keeps silent
        turn.put(replace(call.to(Phase.HELD), attempts=0))
        turn.want(Tell(call.id, f"The other side did not accept the hold ({code}); it cannot hear you."))
    else:
        _back_to_talk(turn, call)
        turn.want(Tell(call.id, text))


def _back_to_talk(turn: Turn, call: Call) -> None:
    turn.put(replace(call.to(Phase.ACTIVE), held_for_anyone=False, attempts=0, retry_due=False))
    turn.want(CutSound(call.id, False))


def _end_switch(turn: Turn) -> Switch:
    switch = turn.state.switch
    if switch is None:
        raise IllegalTransitionError("no call is being changed")
    turn.switch(None)
    turn.want(StopTimer(_switch_timer(switch.leaving)))
    return switch


def _switch_timer(call_id: str) -> Timer:
    return Timer(TimerKind.SWITCH, call_id)


def _retry_timer(call_id: str) -> Timer:
    return Timer(TimerKind.RETRY, call_id)
