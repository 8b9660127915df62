"""PJSIP's log: its warnings go to ours, SIP messages to the trace file, with credentials blanked."""

from __future__ import annotations

import logging
import re
import threading
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, TextIO

import pjsua2 as pj

from softphone.model.held_call import PICKUP_PARAMETER
from softphone.model.printable import printable

QUIET = 2  # PJSIP's level for errors and warnings
MESSAGES = 4  # PJSIP's level that shows SIP messages

log = logging.getLogger("softphone.pjsip")

_BLANKED_HEADERS = "Authorization|Proxy-Authorization|Authentication-Info|Proxy-Authentication-Info"
_HEADER = re.compile(rf"^((?:{_BLANKED_HEADERS})[ \t]*:)[^\n]*(?:\n[ \t][^\n]*)*", re.I | re.M)
_DIGEST = re.compile(r"\b((?:response|rspauth|cnonce|password)[ \t]*=[ \t]*)(?:\"[^\"]*\"?|[^\s,;]+)", re.I)
_URI_PASSWORD = re.compile(r"(\bsips?:[^\s:@<>;?\"]*):[^\s@<>\"]*@", re.I)
_MEDIA_KEY = re.compile(r"(\binline:)[^\s|]+|^(k=)[^\n]+", re.I | re.M)
_PRESSED_KEY = re.compile(r"^(Signal[ \t]*=)[^\n]+", re.I | re.M)
_PICKUP = re.compile(rf"(;\s*{PICKUP_PARAMETER}\s*=\s*)[^;>?\s]+", re.I)
_BLANK = "***"

_MESSAGE = re.compile(r"(?P<way>TX|RX) (?P<size>\d+) bytes .*? (?P<to>to|from) (?P<peer>.+?):\n(?P<text>.*)", re.S)
_END = "--end msg--"


def redact(text: str) -> str:
    """*text* without anything that helps to log in as somebody, to take a caller, or to listen to a call.

    That is credentials (RFC 3261 section 22, RFC 7616), the token of a pickup, the keys of SRTP (RFC 4568, RFC 4566
    section 5.12), and the keys somebody has pressed, which may be a card number.
    """
    text = _HEADER.sub(rf"\1 {_BLANK}", text)
    text = _DIGEST.sub(rf'\1"{_BLANK}"', text)
    text = _MEDIA_KEY.sub(rf"\1\2{_BLANK}", text)
    text = _PRESSED_KEY.sub(rf"\1{_BLANK}", text)
    text = _PICKUP.sub(rf"\1{_BLANK}", text)
    return _URI_PASSWORD.sub(rf"\1:{_BLANK}@", text)


def sip_message(log_line: str) -> tuple[str, str] | None:
    """Direction line and text of the SIP message that a line of PJSIP's log shows, None for any other line."""
    if _END not in log_line and " bytes " not in log_line[:200]:
        return None
    match = _MESSAGE.search(log_line)
    if match is None:
        return None
    arrow = "→" if match["way"] == "TX" else "←"
    return f"{arrow} {match['peer'].strip()}", match["text"].partition(_END)[0]


FILE_BYTES = 10_000_000
OLD_FILES = 2


class SipTrace:
    """Appends messages to a file, which becomes an older one when it is full. Any thread may call it."""

    def __init__(self, path: Path, file_bytes: int = FILE_BYTES) -> None:
        """Open the file. Raises OSError when it cannot be written."""
        self._path, self._file_bytes = path, file_bytes
        self._file = self._opened()
        self._lock = threading.Lock()

    def log_line(self, line: str) -> None:
        """Write the SIP message that this line of PJSIP's log holds; other lines are left out."""
        found = sip_message(line.replace("\r\n", "\n"))
        if found is None:
            return
        heading, text = found
        stamp = datetime.now(UTC).isoformat(timespec="microseconds")
        with self._lock:
            if not self._file.closed:
                shown = printable(redact(text), keep="\n\t").rstrip()
                self._file.write(f"---- {stamp} {time.monotonic():.6f} {heading}\n{shown}\n\n")
                self._file.flush()
                if self._file.tell() >= self._file_bytes:
                    self._begin_anew()

    def close(self) -> None:
        """Later lines are dropped."""
        with self._lock:
            self._file.close()

    def _opened(self) -> TextIO:
        return self._path.open("a", encoding="utf-8", errors="backslashreplace", newline="\n")

    def _begin_anew(self) -> None:
        """A file that cannot be put aside is emptied: the size is what was promised."""
        self._file.close()
        names = [self._path, *(self._path.with_name(f"{self._path.name}.{n}") for n in range(1, OLD_FILES + 1))]
        try:
            for newer, older in reversed(tuple(pairwise(names))):
                if newer.exists():
                    newer.replace(older)
        except OSError:
            self._path.write_bytes(b"")
        self._file = self._opened()


class PjsipLog(pj.LogWriter):  # type: ignore[misc]  # pjsua2 has no type information
    """Takes PJSIP's log lines: warnings to our log, SIP messages to the trace."""

    def __init__(self) -> None:
        super().__init__()
        self.trace: SipTrace | None = None

    def write(self, entry: Any) -> None:
        """One line from any thread of PJSIP."""
        try:
            if entry.level <= QUIET:
                log.warning("%s", entry.msg.rstrip())
            elif self.trace is not None and entry.level == MESSAGES:
                self.trace.log_line(entry.msg)
        except BaseException:  # noqa: BLE001, S110 - nothing may get back into C++, and the log is where it would go
            pass
