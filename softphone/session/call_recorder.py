"""Turns the end of a call into its line in the call log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from softphone.model.call_record import CallRecord, Direction, Outcome
from softphone.model.ua_events import CallTurnedAway
from softphone.policy.calls.events import Finish
from softphone.ports import CallLog, Clock
from softphone.session.call_info import CallInfo
from softphone.session.call_manager import Step
from softphone.session.refused_callers import RefusedCallers


class CallRecorder:
    """Writes each finished call down, once; callers refused unseen are counted. *agent* gives the login of whose calls
    they are.
    """

    def __init__(self, call_log: CallLog, clock: Clock, agent: Callable[[], str]) -> None:
        self._call_log, self._clock, self._agent = call_log, clock, agent
        self._refused = RefusedCallers(call_log.add, clock)

    def follow(self, step: Step) -> None:
        """Log the calls that are over; a claimer's own call to us is no caller's."""
        for command in step.commands:
            if isinstance(command, Finish) and not command.bridge:
                self._record(command, step.info[command.call], step.answered.get(command.call))

    def turned_away(self, event: CallTurnedAway, info: CallInfo) -> None:
        """Log a caller for whom the user agent had no place left."""
        why = f"Too many calls at once: the caller was answered {event.code}."
        finish = Finish(f"full-{event.sip_call_id}", Direction.INCOMING, Outcome.BUSY, why, False, unseen=True)
        self._record(finish, info, None)

    def close(self) -> None:
        """Nobody else comes: write what was counted."""
        self._refused.write()

    def _record(self, finish: Finish, info: CallInfo, answered: float | None) -> None:
        """*answered* is monotonic, None for a call nobody answered."""
        until = self._clock.monotonic() if answered is None else answered
        waited = max(0.0, until - info.started)
        add = self._refused.add if finish.unseen else self._call_log.add
        add(
            CallRecord(
                call=finish.call,
                sip_call_id=info.sip_call_id,
                direction=finish.direction,
                agent=self._agent(),
                remote_name=info.remote.name,
                remote_uri=info.remote.uri,
                tracking_number=info.number.number if info.number else "",
                label=info.number.label if info.number else "",
                direct=info.direct,
                arrived=info.arrived,
                answered=None if answered is None else info.arrived + timedelta(seconds=waited),
                ended=self._clock.now(),
                waited_seconds=waited,
                outcome=finish.outcome,
                explanation=finish.why,
                held_for_anyone=finish.held_for_anyone,
                held_call=info.row or info.held_call,
                continued_by=finish.continued_by,
                continues=info.continues,
                rule=finish.rule,
            )
        )
