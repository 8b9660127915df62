"""The support bundle: what a supporter needs to see of this machine, without secrets, as texts one can read first."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

from softphone.diagnostics.number_mask import mask_numbers
from softphone.diagnostics.redaction import redact
from softphone.errors import UserFacingError, file_problem
from softphone.model.printable import printable

LAST_BYTES = 1_000_000
"""So much of the end of each file."""
_LOGS = "logs"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the bundle."""

    name: str
    text: str


def parts_of(directory: Path, settings_file: Path, more: Iterable[Part]) -> tuple[Part, ...]:
    """*more*, then the settings, then the ends of log, trace and crash reports in *directory*; all without secrets."""
    found = [*more, *_read(settings_file, settings_file.name)]
    for file in sorted(directory.iterdir()) if directory.is_dir() else ():
        found += _read(file, f"{_LOGS}/{file.name}")
    return tuple(Part(part.name, printable(redact(part.text), keep="\n\t")) for part in found)


def masked(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The same without telephone numbers."""
    return tuple(replace(part, text=mask_numbers(part.text)) for part in parts)


def save(parts: Sequence[Part], file: Path) -> None:
    """Write them as a ZIP file for this user alone. Raises UserFacingError."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            archive.writestr(part.name, part.text)
    try:
        file.write_bytes(packed.getvalue())
        file.chmod(0o600)
    except OSError as error:
        raise UserFacingError(f"{file} cannot be written: {file_problem(error)}.") from error


def _read(file: Path, name: str) -> list[Part]:
    """A file that cannot be read is said to be so: its absence would look as if nothing had been written."""
    if not file.is_file():
        return []
    try:
        with file.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(0, size - LAST_BYTES))
            text = stream.read().decode("utf-8", errors="replace")
    except OSError as error:
        text = f"(cannot be read: {file_problem(error)})"
    return [Part(name, text if "\n" not in text or len(text) < LAST_BYTES else text.partition("\n")[2])]
