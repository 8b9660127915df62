"""Whatever a callback raises stays in it and is in the log."""

import logging

import pytest

from softphone.engine.callback_guard import guarded


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
