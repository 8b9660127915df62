"""The options of this machine in a TOML file that people may edit too."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from pathlib import Path

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError

from softphone.config.atomic_file import replace_text
from softphone.config.declarations import declarations
from softphone.config.findings import TOO_DEEP, Findings
from softphone.config.settings_tables import TABLES, apply, check_meaning, read_table
from softphone.errors import UserFacingError, file_problem
from softphone.model.settings import Settings

_REMEDY = "Correct the file by hand, or move it away to begin with new settings"


class TomlSettingsStore:
    """ports.SettingsStore: keeps comments, order and keys it does not know; replaces the file as a whole."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def untouched(self) -> bool:
        """Whether there is no file yet."""
        return not self._path.exists()

    def load(self) -> Settings:
        """The settings as saved, defaults where nothing is. Raises UserFacingError naming every wrong value."""
        findings = Findings(self._text())
        document = findings.document()
        changes = {}
        for table in TABLES.keys() & document.keys():
            values = document[table]
            if isinstance(values, dict):
                changes[table] = read_table(findings, table, values)
            else:
                findings.add((table,), "is not a table")
        if findings.problems:
            raise UserFacingError(
                f"The settings in {self._path} cannot be used. {_REMEDY}.\n" + "\n".join(map(str, findings.problems))
            )
        return apply(Settings(), changes)

    def save(self, settings: Settings) -> None:
        """Replace the saved settings, all or nothing. Raises UserFacingError when that fails."""
        _check(settings)
        try:
            document = tomlkit.parse(self._text())
        except (TOMLKitError, RecursionError) as error:
            why = TOO_DEEP if isinstance(error, RecursionError) else str(error)
            raise UserFacingError(
                f"The settings cannot be saved: {self._path} is no TOML any more ({why}). {_REMEDY}."
            ) from error
        for table, key, value, default in _values(settings):
            _put(document, table, key, value, default)
        try:
            replace_text(self._path, tomlkit.dumps(document))
        except OSError as error:
            raise UserFacingError(f"The settings cannot be saved to {self._path}: {file_problem(error)}.") from error

    def _text(self) -> str:
        try:
            return self._path.read_text(encoding="utf-8") if self._path.exists() else ""
        except OSError as error:
            raise UserFacingError(f"The settings in {self._path} cannot be read: {file_problem(error)}.") from error
        except UnicodeDecodeError as error:
            raise UserFacingError(
                f"The settings in {self._path} cannot be read: they are not UTF-8 text. {_REMEDY}."
            ) from error


def _values(settings: Settings) -> Iterator[tuple[str, str, object, object]]:
    for table, kind in TABLES.items():
        for key in declarations(kind):
            yield table, key, getattr(getattr(settings, table), key), getattr(kind(), key)


def _check(settings: Settings) -> None:
    """Nothing is saved that could not be loaded."""
    for table, key, value, _default in _values(settings):
        try:
            check_meaning(table, key, declarations(TABLES[table])[key].read(value))
        except ValueError as error:
            raise UserFacingError(f"This cannot be saved: {table}.{key}: {error}.") from error


def _put(document: TOMLDocument, table: str, key: str, value: object, default: object) -> None:
    """Set the value; one that is the default and was never written stays unwritten."""
    section = document.get(table)
    if not isinstance(section, MutableMapping):
        if value == default:
            return
        section = document[table] = tomlkit.table()
    plain = list(value) if isinstance(value, tuple) else value
    if (key in section and section[key] != plain) or (key not in section and value != default):
        section[key] = plain
