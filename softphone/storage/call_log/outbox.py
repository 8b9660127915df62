"""Call-log entries that are not yet in the database, in a file that outlives a crash.

One JSON object a line. A line feed stands before each line as well as behind it: so a line that was
torn by a full disk or a power cut never swallows the next.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from softphone.errors import UserFacingError, file_problem
from softphone.storage.call_log.entries import LogEntry
from softphone.storage.migrations.rule_sentences import rule_told_by

_log = logging.getLogger(__name__)


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(LogEntry)


def _with_rule(entry: LogEntry) -> LogEntry:
    """A line of a version before schema 0005 has the rule's sentence and not its id."""
    record = entry.record
    if record.rule:
        return entry
    return LogEntry(entry.key, replace(record, rule=rule_told_by(record.explanation)), entry.offset)


class Outbox:
    """The file, open for as long as entries can come."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as error:
            raise UserFacingError(
                f"{path}, where the call log is kept safe, cannot be written: {file_problem(error)}."
            ) from error

    def read(self) -> list[LogEntry]:
        """What an earlier run has left, in order. Lines that cannot be read are put aside, never thrown away.

        Raises UserFacingError when the file cannot be read, or they cannot be put aside.
        """
        try:
            return self._read()
        except OSError as error:
            raise UserFacingError(
                f"{self._path}, where the call log is kept safe, cannot be read: {file_problem(error)}."
            ) from error

    def _read(self) -> list[LogEntry]:
        entries, unreadable = [], []
        for line in self._path.read_bytes().splitlines():
            if line.strip():
                entry = _entry_in(line)
                if entry is None:
                    unreadable.append(line)
                else:
                    entries.append(entry)
        if unreadable:
            self._add_to("unreadable", unreadable)
            _log.error("%d unreadable call-log entries were put aside beside %s", len(unreadable), self._path)
        return entries

    def append(self, entry: LogEntry) -> None:
        """Hand the entry to the operating system: it outlives this process from here on. Raises OSError."""
        line = b"\n" + _ENCODER.encode(entry) + b"\n"
        if os.write(self._file, line) != len(line):
            raise OSError(f"{self._path} could take only a part of the line")

    def sync(self) -> None:
        """Wait until the disk has everything; from here on it outlives a power cut too. Raises OSError."""
        os.fsync(self._file)

    def clear(self) -> None:
        """Everything was delivered. Raises OSError."""
        os.ftruncate(self._file, 0)

    def close(self) -> None:
        """Close the file; what was not delivered stays in it."""
        os.close(self._file)

    def put_aside(self, entry: LogEntry) -> None:
        """Keep an entry the database refuses, in a file of its own. Raises OSError."""
        self._add_to("refused", [_ENCODER.encode(entry)])

    def refused(self) -> list[LogEntry]:
        """What was put aside, by an earlier version, too, and has not been taken since; nothing where unreadable."""
        try:
            lines = self._beside("refused").read_bytes().splitlines()
        except OSError:
            return []
        return [entry for line in lines if (entry := _entry_in(line))]

    def keep_refused(self, entries: Sequence[LogEntry]) -> None:
        """These only are refused still; lines nobody can read stay. Raises OSError."""
        file = self._beside("refused")
        unreadable = [line for line in file.read_bytes().splitlines() if line.strip() and not _entry_in(line)]
        lines = [*unreadable, *map(_ENCODER.encode, entries)]
        unfinished = self._beside("refused.part")
        unfinished.unlink(missing_ok=True)
        _write(unfinished, lines)
        unfinished.replace(file)

    def _beside(self, suffix: str) -> Path:
        return self._path.with_name(f"{self._path.name}.{suffix}")

    def _add_to(self, suffix: str, lines: list[bytes]) -> None:
        _write(self._beside(suffix), lines)


def _entry_in(line: bytes) -> LogEntry | None:
    """None when nobody can read it."""
    try:
        return _with_rule(_DECODER.decode(line))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _write(file: Path, lines: list[bytes]) -> None:
    """Add these lines, on the disk when it returns. Raises OSError."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as opened:
        opened.write(b"".join(line + b"\n" for line in lines))
        opened.flush()
        os.fsync(opened.fileno())
