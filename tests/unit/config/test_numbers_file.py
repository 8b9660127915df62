from __future__ import annotations

from pathlib import Path

import pytest

from softphone.config import numbers_file
from softphone.config.numbers_file import read_text, write_text
from softphone.errors import UserFacingError


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_files_of_any_spreadsheet_can_be_read(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "numbers.csv"
    file.write_bytes("number,label\n+15551230001,Frühling\n".encode(encoding))
    assert read_text(file) == "number,label\n+15551230001,Frühling\n"


def test_what_is_written_can_be_read_and_says_that_it_is_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "numbers.csv"
    write_text(file, "label\r\nFrühling\r\n")
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert read_text(file) == "label\r\nFrühling\r\n"


def test_a_spreadsheet_that_is_no_csv_is_refused(tmp_path: Path) -> None:
    (tmp_path / "numbers.xlsx").write_bytes(b"PK\x03\x04\x00\x00")
    with pytest.raises(UserFacingError, match="Save the table as CSV"):
        read_text(tmp_path / "numbers.xlsx")


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers_file, "MOST_BYTES", 3)
    (tmp_path / "numbers.csv").write_text("four")
    with pytest.raises(UserFacingError, match="too large"):
        read_text(tmp_path / "numbers.csv")


def test_a_missing_file_and_a_missing_folder_are_said(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="cannot be read: No such file"):
        read_text(tmp_path / "numbers.csv")
    with pytest.raises(UserFacingError, match="cannot be written: No such file"):
        write_text(tmp_path / "missing" / "numbers.csv", "")
