"""Turns the end of a call into its line in the call log."""

from __future__ import annotations

from datetime import timedelta

from softphone.model.call_record import CallRecord, Direction, Outcome
from softphone.model.ua_events import CallTurnedAway
from softphone.policy.events import Finish
from softphone.ports import CallLog, Clock
from softphone.session.facts import CallFacts


class CallRecorder:
    """Writes each finished call down, once."""

    def __init__(self, call_log: CallLog, clock: Clock) -> None:
        self._call_log = call_log
        self._clock = clock

    def finished(
        self, finish: Finish, facts: CallFacts, answered: float | None, agent: str, held_call: str = ""
    ) -> CallRecord:
        """Log a call that is over; *answered* is monotonic, None for a call nobody answered.

        *held_call* is the id of the row it had, or came from, in the team's list of held callers.
        """
        until = self._clock.monotonic() if answered is None else answered
        waited = max(0.0, until - facts.started)
        record = CallRecord(
            call=finish.call,
            sip_call_id=facts.sip_call_id,
            direction=finish.direction,
            agent=agent,
            remote_name=facts.remote.name,
            remote_uri=facts.remote.uri,
            tracking_number=facts.number.number if facts.number else "",
            label=facts.number.label if facts.number else "",
            direct=facts.direct,
            arrived=facts.arrived,
            answered=None if answered is None else facts.arrived + timedelta(seconds=waited),
            ended=self._clock.now(),
            waited_seconds=waited,
            outcome=finish.outcome,
            explanation=finish.why,
            held_for_anyone=finish.held_for_anyone,
            held_call=held_call,
            continued_by=finish.continued_by,
            continues=facts.continues,
        )
        self._call_log.add(record)
        return record

    def turned_away(self, event: CallTurnedAway, facts: CallFacts, agent: str) -> CallRecord:
        """Log a caller for whom the user agent had no place left."""
        why = f"Too many calls at once: the caller was answered {event.code}."
        finish = Finish(f"full-{event.sip_call_id}", Direction.INCOMING, Outcome.BUSY, why, False)
        return self.finished(finish, facts, None, agent)
