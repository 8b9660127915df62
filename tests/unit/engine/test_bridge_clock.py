"""When the beat of the conference bridge runs, on a clock that the test turns."""

from softphone.engine.bridge_clock import LINGER_SECONDS, BridgeClock


class Devices:
    """PJSIP's device manager, as far as the clock uses it."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def setNullDev(self) -> None:  # noqa: N802 - PJSIP's name
        self.done.append("start")

    def setNoDev(self) -> None:  # noqa: N802 - PJSIP's name
        self.done.append("stop")


class Desk:
    def __init__(self) -> None:
        self.devices, self.now, self.stops = Devices(), 100.0, 0
        self.clock = BridgeClock(self.devices, self.stopped, lambda: self.now)

    def stopped(self) -> None:
        self.stops += 1

    def follow(self, needed: bool, after: float = 0.0) -> list[str]:
        """What was done about it, *after* seconds more."""
        self.now += after
        self.devices.done.clear()
        self.clock.follow(needed)
        return self.devices.done


def test_there_is_no_device_before_it_is_needed() -> None:
    desk = Desk()
    assert desk.devices.done == ["stop"]  # or PJSIP would open one of its own
    assert desk.follow(False) == []
    assert not desk.clock.runs


def test_it_starts_at_once_and_only_once() -> None:
    desk = Desk()
    assert desk.follow(True) == ["start"]
    assert desk.follow(True, 5.0) == []
    assert desk.clock.runs
    assert desk.stops == 0


def test_it_runs_a_moment_longer_than_needed() -> None:
    desk = Desk()
    desk.follow(True)
    assert desk.follow(False, LINGER_SECONDS - 0.01) == []
    assert desk.follow(False, 0.02) == ["stop"]
    assert (desk.stops, desk.clock.runs) == (1, False)
    assert desk.follow(False, 9.0) == []


def test_a_new_call_in_that_moment_keeps_it_running() -> None:
    desk = Desk()
    desk.follow(True)
    assert desk.follow(True, LINGER_SECONDS - 0.01) == []
    assert desk.follow(False, 0.5) == []
    assert desk.follow(True, 60.0) == []
