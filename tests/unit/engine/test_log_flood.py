"""Rubbish from the network does not rotate the log away."""

from __future__ import annotations

import logging
import random
import string

from softphone.engine.log_flood import KINDS, LINES, WINDOW_SECONDS, FloodGate
from softphone.engine.log_setup import BlankingFormatter


class Log:
    """What would be written of lines logged at moments of the test's own."""

    def __init__(self) -> None:
        self.now = 0.0
        self.gate = FloodGate(lambda: self.now)
        self.written: list[str] = []

    def log(self, text: str) -> None:
        record = logging.LogRecord("softphone.pjsip", logging.WARNING, __file__, 1, text, None, None)
        if self.gate.filter(record):
            self.written.append(BlankingFormatter("%(message)s").format(record))


def malformed(number: int, header: str = "From") -> str:
    return (
        f"sip_transport.c: Error processing {100 + number} bytes packet "
        f"from UDP 192.0.2.{number % 250}:{5060 + number}: "
        f"PJSIP syntax error exception when parsing '{header}' header on line 3 col 12:\n"
        "INVITE sip:a@b SIP/2.0\nFrom: <<<\n\n-- end of packet."
    )


def test_malformed_packets_take_a_few_lines_a_minute_and_are_counted() -> None:
    log = Log()
    for number in range(10_000):
        log.log(malformed(number))
    assert len(log.written) == LINES
    log.now += WINDOW_SECONDS
    log.log(malformed(1))
    assert log.written[-1].endswith(f"[{10_000 - LINES:,} more like this were left out]")


def test_an_hour_of_ever_different_packets_leaves_room_for_what_matters() -> None:
    log, chance = Log(), random.Random(7)
    for _ in range(20_000):
        log.now += 0.18
        log.log("".join(chance.choices(string.ascii_letters, k=3000)))
    assert sum(map(len, log.written)) < 12_000_000, "the log of that hour still has its beginning"
    assert len(log.written) <= 60 * LINES * (KINDS + 1)


def test_other_lines_are_not_kept_back() -> None:
    log = Log()
    for number in range(1000):
        log.log(malformed(number))
    log.log("the app is gone; 2 held calls are kept for 60 s")
    assert log.written[-1] == "the app is gone; 2 held calls are kept for 60 s"
    assert len(log.written) == LINES + 1


def test_a_packet_that_is_quoted_is_one_line_and_not_a_long_one() -> None:
    log = Log()
    log.log(malformed(1) + "x" * 5000)
    log.log("forged\nWARNING softphone.pjsip: another line")
    assert not any("\n" in line for line in log.written)
    assert len(log.written[0]) < 1000
    assert log.written[0].startswith("sip_transport.c: Error processing")
