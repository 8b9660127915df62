import pytest

from softphone.engine_link.stderr_log import LINES_PER_WINDOW, LONGEST_LINE, WINDOW_SECONDS, StderrLog


@pytest.fixture(autouse=True)
def everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="softphone.engine")


def test_control_characters_are_shown_not_obeyed(caplog: pytest.LogCaptureFixture) -> None:
    StderrLog(12).feed(b"one\x1b[2J\r\n\xfftwo\n", 0.0)
    assert caplog.messages == ["engine 12: one\\x1b[2J", "engine 12: \ufffdtwo"]


def test_what_is_left_out_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    log = StderrLog(12)
    log.feed(b"line\n" * (LINES_PER_WINDOW + 7), 5.0)
    assert len(caplog.messages) == LINES_PER_WINDOW
    log.feed(b"later\n", 5.0 + WINDOW_SECONDS)
    assert caplog.messages[-2:] == ["engine 12: 7 more lines were left out", "engine 12: later"]


def test_an_endless_line_is_named_not_kept(caplog: pytest.LogCaptureFixture) -> None:
    StderrLog(12).feed(b"x" * (LONGEST_LINE + 1) + b"\n", 0.0)
    assert caplog.messages == [f"engine 12: (a line of more than {LONGEST_LINE} bytes)"]
