"""The last ten minutes, and each call of the day."""

from __future__ import annotations

from datetime import UTC, datetime

from softphone.diagnostics.flight_recorder import CALLS, ENTRIES_OF_A_CALL, RING_SECONDS, FlightRecorder

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def recorder() -> FlightRecorder:
    return FlightRecorder(lambda: NOW)


def entry(event: str, at: float, **more: object) -> dict[str, object]:
    return {"event": event, "kind": "heard", "at": at, **more}


def events(recorded: object) -> list[object]:
    return [each.entry["event"] for each in recorded]  # type: ignore[attr-defined]


def test_what_is_older_than_ten_minutes_goes() -> None:
    kept = recorder()
    for at in (0.0, 10.0, RING_SECONDS + 5.0):
        kept.note(entry("CallProgress", at, call=f"c{at}"))
    assert [each.monotonic for each in kept.recent()] == [10.0, RING_SECONDS + 5.0]


def test_a_call_is_known_for_the_day_with_what_happened_meanwhile() -> None:
    kept = recorder()
    kept.note(entry("RegistrationChanged", 0.0, code=503))
    kept.note(entry("IncomingCall", 1.0, call="c1"))
    kept.note(entry("SoundChanged", 2.0, note="unplugged"))
    kept.note(entry("Finish", 3.0, call="c1"))
    kept.note(entry("SoundChanged", 4.0, note=""))
    kept.note(entry("IncomingCall", RING_SECONDS * 9, call="c2"))
    assert events(kept.of_call("c1")) == ["IncomingCall", "SoundChanged", "Finish"]
    assert kept.of_call("of before") == ()


def test_its_size_has_a_limit() -> None:
    kept = recorder()
    for number in range(CALLS + 5):
        for step in range(ENTRIES_OF_A_CALL + 5 if number == CALLS else 2):
            kept.note(entry("CallProgress", float(step), call=f"c{number}"))
    assert kept.of_call("c0") == ()
    assert len(kept.of_call(f"c{CALLS}")) == ENTRIES_OF_A_CALL


def test_pressed_keys_are_not_kept() -> None:
    kept = recorder()
    kept.note(entry("DtmfReceived", 1.0, call="c1", digit="7"))
    kept.note(entry("agent", 2.0, action="PressKeys", call="c1", digits="7777"))
    lines = [each.line for each in kept.recent()]
    assert not any("7" in line for line in lines)
    assert lines[0] == '12:00:00.000000 heard DtmfReceived {"call": "c1", "digit": "*"}'
