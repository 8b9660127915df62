"""Whatever a callback raises stays in it and is in the log."""

import logging

import pytest

from softphone.engine.callback_guard import guarded, guarded_with, run_guarded


class Caller:
    @guarded
    def on_event(self, error: BaseException | None) -> None:
        if error is not None:
            raise error


@pytest.mark.parametrize("error", [ValueError("broken"), KeyboardInterrupt(), SystemExit(3)])
def test_nothing_gets_out(error: BaseException, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "softphone.engine"):
        Caller().on_event(error)
    assert "in on_event" in caplog.text


def test_silence_when_all_is_well(caplog: pytest.LogCaptureFixture) -> None:
    Caller().on_event(None)
    assert caplog.text == ""


class Waiter:
    """Its callback fails; so does the rescue, when asked to."""

    def __init__(self, *, rescue_fails: bool = False) -> None:
        self.rescued = False
        self.rescue_fails = rescue_fails

    @guarded_with(lambda waiter: waiter.rescue())
    def on_event(self, error: BaseException | None) -> None:
        if error is not None:
            raise error

    def rescue(self) -> None:
        self.rescued = True
        if self.rescue_fails:
            raise ValueError("nor that")


def test_whoever_failed_is_rescued() -> None:
    waiter = Waiter()
    waiter.on_event(None)
    assert not waiter.rescued
    waiter.on_event(ValueError("broken"))
    assert waiter.rescued


def test_a_rescue_that_fails_stays_inside_too(caplog: pytest.LogCaptureFixture) -> None:
    Waiter(rescue_fails=True).on_event(ValueError("broken"))
    assert "in on_event" in caplog.text
    assert "after on_event" in caplog.text


def test_a_timer_that_fails_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ValueError("broken")

    run_guarded(fail)
    assert "in a timer" in caplog.text
    assert "ValueError" in caplog.text
