from __future__ import annotations

import logging
import os
import stat
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from softphone.errors import UserFacingError
from softphone.storage.call_log.entries import LogEntry, entry_of
from softphone.storage.call_log.outbox import Outbox
from tests.lab.disks import small_disk
from tests.unit.storage.samples import entries_in, record


def append(path: Path, *entries: LogEntry) -> None:
    outbox = Outbox(path)
    for entry in entries:
        outbox.append(entry)
    outbox.sync()
    outbox.close()


def test_what_goes_in_comes_out_in_order_until_it_is_cleared(tmp_path: Path) -> None:
    path = tmp_path / "outbox"
    written = [entry_of(record(number)) for number in range(3)]
    append(path, *written[:2])
    append(path, written[2])
    assert entries_in(path) == written
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    outbox = Outbox(path)
    outbox.clear()
    outbox.append(written[1])
    outbox.close()
    assert entries_in(path) == [written[1]]


@pytest.mark.parametrize("cut", [1, 20, 300])
def test_a_torn_line_is_put_aside_and_takes_no_other_with_it(
    tmp_path: Path, cut: int, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "outbox"
    before, torn, after = (entry_of(record(number)) for number in range(3))
    append(path, before, torn)
    os.truncate(path, path.stat().st_size - 1 - cut)
    append(path, after)
    with caplog.at_level(logging.ERROR):
        assert entries_in(path) == [before, after]
    assert "1 unreadable call-log entries were put aside" in caplog.text
    assert (tmp_path / "outbox.unreadable").read_bytes().startswith(b'{"key":')


@pytest.mark.parametrize(
    ("told", "rule"),
    [
        ("The agent was not available: the caller waits until they are. The caller gave up.", "away-queue"),
        ("The number was dialled.", ""),
    ],
)
def test_a_line_of_a_version_that_kept_no_rule(tmp_path: Path, told: str, rule: str) -> None:
    path = tmp_path / "outbox"
    entry = entry_of(replace(record(1), explanation=told))
    append(path, entry)
    written = path.read_bytes()
    path.write_bytes(written.replace(b',"rule":""', b""))
    assert b"rule" not in path.read_bytes() != written
    assert entries_in(path) == [entry_of(replace(record(1), explanation=told, rule=rule))]


def test_nobody_can_write_there(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="cannot be written: Is a directory"):
        Outbox(tmp_path)


def test_a_full_disk_is_an_error_to_the_caller() -> None:
    outbox = Outbox(Path("/dev/full"))
    with pytest.raises(OSError, match="No space left"):
        outbox.append(entry_of(record(1)))
    outbox.close()


def test_an_entry_is_the_same_entry_whenever_it_is_made() -> None:
    assert entry_of(record(1)) == entry_of(record(1))
    assert entry_of(record(1)).key != entry_of(record(2)).key
    later_told = replace(record(1), explanation="told otherwise")
    assert entry_of(later_told).key == entry_of(record(1)).key
    elsewhere = replace(record(1), arrived=record(1).arrived.astimezone(timezone(timedelta(hours=9))))
    assert entry_of(elsewhere) == entry_of(record(1))


def test_text_from_the_network_that_no_file_can_hold_is_made_writable(tmp_path: Path) -> None:
    entry = entry_of(replace(record(1), remote_name="half \ud83d of a pair, \0 and \u2028"))
    append(tmp_path / "outbox", entry)
    assert entries_in(tmp_path / "outbox")[0].record.remote_name == "half ? of a pair, ? and \u2028"


@pytest.mark.programs
def test_what_is_refused_still_is_kept_and_so_are_lines_nobody_can_read(tmp_path: Path) -> None:
    outbox, aside = Outbox(tmp_path / "outbox"), tmp_path / "outbox.refused"
    assert outbox.refused() == []
    first, second = entry_of(record(1)), entry_of(record(2))
    outbox.put_aside(first)
    aside.write_bytes(aside.read_bytes() + b"torn\n")
    outbox.put_aside(second)
    assert outbox.refused() == [first, second]
    outbox.keep_refused([second])
    assert outbox.refused() == [second]
    assert b"torn\n" in aside.read_bytes()
    assert stat.S_IMODE(aside.stat().st_mode) == 0o600
    outbox.close()


def test_an_unreadable_line_that_cannot_be_put_aside_is_not_passed_over() -> None:
    with small_disk("1M") as disk:
        path = disk.path / "outbox"
        path.write_bytes(b"torn\n")
        disk.fill()
        outbox = Outbox(path)
        with pytest.raises(UserFacingError, match=f"^{path}, where the call log is kept safe, .* the disk is full"):
            outbox.read()
        disk.empty()
        assert outbox.read() == []
        outbox.close()
        assert path.with_name("outbox.unreadable").read_bytes() == b"torn\n"
