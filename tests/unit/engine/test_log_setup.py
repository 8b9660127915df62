"""The engine's log: redacted, and dropped rather than waited for."""

import logging
import queue

from softphone.engine.log_setup import BlankingFormatter, DroppingHandler


def record(text: str) -> logging.LogRecord:
    return logging.LogRecord("softphone", logging.WARNING, __file__, 1, text, None, None)


def test_credentials_do_not_reach_the_log() -> None:
    line = BlankingFormatter("%(message)s").format(
        record('bad packet:\nAuthorization: Digest response="0123abcd"\nTo: x')
    )
    assert "0123abcd" not in line
    assert "To: x" in line


def test_a_full_backlog_drops_and_returns() -> None:
    backlog: queue.Queue[logging.LogRecord] = queue.Queue(1)
    handler = DroppingHandler(backlog)
    for _ in range(3):
        handler.emit(record("x"))
    assert backlog.qsize() == 1
