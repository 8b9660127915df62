"""On which line of a TOML file each key stands, so that a mistake in a value can be pointed at.

The standard parser keeps no positions. This scanner reads text that parser has accepted already, so it
only has to find where keys begin and values end.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left

KeyPath = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BARE_VALUE = re.compile(r"[^,\]}#\n]*")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'
    r"|'''(?:[^']|'(?!''))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.S,
)


def key_lines(source: str) -> dict[KeyPath, int]:
    """The line, counted from 1, of every table, key and array element; array elements are counted from 0."""
    scanner = _Scanner(source)
    scanner.document()
    return scanner.lines


class _Scanner:
    """Walks once over a valid document."""

    def __init__(self, source: str) -> None:
        self.lines: dict[KeyPath, int] = {}
        self._source = source
        self._at = 0
        self._line_ends = [match.start() for match in re.finditer("\n", source)]
        self._elements: dict[KeyPath, int] = {}  # how many elements each array of tables has so far

    def document(self) -> None:
        """Tables and the keys in them."""
        table: KeyPath = ()
        self._skip_blank()
        while self._at < len(self._source):
            if self._found("[["):
                table = self._element_of_array(self._key())
                self._expect("]]")
            elif self._found("["):
                table = self._reached((), self._key())
                self._expect("]")
            else:
                self._pair(table)
            self._skip_blank()

    def _pair(self, table: KeyPath) -> None:
        path = self._reached(table, self._key())
        self._expect("=")
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        if self._found("["):
            self._array(path)
        elif self._found("{"):
            self._inline_table(path)
        elif match := _STRING.match(self._source, self._at):
            self._at = match.end()
        else:
            self._at = self._end_of(_BARE_VALUE)

    def _array(self, path: KeyPath) -> None:
        index = 0
        self._skip_blank()
        while not self._found("]"):
            self._note((*path, index))
            self._value((*path, index))
            index += 1
            self._skip_blank()
            self._found(",")
            self._skip_blank()

    def _inline_table(self, path: KeyPath) -> None:
        self._skip_blank()
        while not self._found("}"):
            self._pair(path)
            self._skip_blank()
            self._found(",")
            self._skip_blank()

    def _key(self) -> list[str]:
        """The parts of a dotted key."""
        parts = []
        while True:
            self._skip_blank()
            parts.append(self._key_part())
            self._skip_blank()
            if not self._found("."):
                return parts

    def _key_part(self) -> str:
        start = self._at
        if match := _STRING.match(self._source, start):
            self._at = match.end()
            return str(tomllib.loads(f"key = {match[0]}")["key"])
        self._at = self._end_of(_BARE_KEY)
        return self._source[start : self._at]

    def _element_of_array(self, key: list[str]) -> KeyPath:
        array = (*self._reached((), key[:-1]), key[-1])
        index = self._elements.get(array, 0)
        self._elements[array] = index + 1
        self._note(array)
        self._note((*array, index))
        return (*array, index)

    def _reached(self, base: KeyPath, key: list[str]) -> KeyPath:
        """Follow *key* from *base*; the name of an array of tables stands for its last element."""
        path = base
        for part in key:
            path = (*path, part)
            self._note(path)
            if path in self._elements:
                path = (*path, self._elements[path] - 1)
        return path

    def _note(self, path: KeyPath) -> None:
        self.lines.setdefault(path, bisect_left(self._line_ends, self._at) + 1)

    def _skip_blank(self) -> None:
        self._at = self._end_of(_BLANK)

    def _found(self, sign: str) -> bool:
        if not self._source.startswith(sign, self._at):
            return False
        self._at += len(sign)
        return True

    def _expect(self, sign: str) -> None:
        self._skip_blank()
        if not self._found(sign):
            raise ValueError(f"no {sign!r} at offset {self._at}: this is no valid TOML")
        self._skip_blank()

    def _end_of(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self._source, self._at)
        return match.end() if match else self._at
