"""The CSV file of tracking numbers on the disk, as spreadsheets of all systems leave it and like to find it."""

from __future__ import annotations

from pathlib import Path

from softphone.config.atomic_file import replace_text
from softphone.errors import UserFacingError, file_problem

MOST_BYTES = 50_000_000
_BYTE_ORDER_MARK = "\ufeff"  # without it some spreadsheets take UTF-8 for something else


def read_text(path: Path) -> str:
    """What the file says. Raises UserFacingError when it cannot be read or is no text."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UserFacingError(f"{path.name} is too large to be a list of tracking numbers.")
        data = path.read_bytes()
    except OSError as error:
        raise UserFacingError(f"{path.name} cannot be read: {file_problem(error)}.") from error
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UserFacingError(f"{path.name} is no CSV file. Save the table as CSV first.")
    return _decoded(data)


def write_text(path: Path, text: str) -> None:
    """Replace the file. Raises UserFacingError when that fails."""
    try:
        replace_text(path, _BYTE_ORDER_MARK + text)
    except OSError as error:
        raise UserFacingError(f"{path.name} cannot be written: {file_problem(error)}.") from error


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
