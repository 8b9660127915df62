"""A call as it stands in the log, for everything that is measured alike."""

from __future__ import annotations

from datetime import datetime

from softphone.model.call_record import CallRecord, Direction, Outcome

CALLER = ("Zoë Ünal", "sip:+15550102233@192.0.2.1")
NUMBER = ("+15551230001", "Spring campaign")


def entry(agent: str, sip_call: str, arrived: datetime, ended: datetime | None = None, call: str = "") -> CallRecord:
    """An answered call on the agent's direct line."""
    return CallRecord(
        call=call,
        sip_call_id=f"{sip_call}@192.0.2.1",
        direction=Direction.INCOMING,
        agent=agent,
        remote_name=CALLER[0],
        remote_uri=CALLER[1],
        tracking_number=NUMBER[0],
        label=NUMBER[1],
        direct=True,
        arrived=arrived,
        answered=arrived,
        ended=ended or arrived,
        waited_seconds=0.4,
        outcome=Outcome.ANSWERED,
        explanation="free, direct line",
    )
