"""The mistakes in a file, all of them at once, each with its line and path."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from softphone.config.toml_lines import KeyPath, key_lines
from softphone.policy.admin.checks import suggestion

_SYNTAX_ERROR = re.compile(r"(?P<text>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.S)

TOO_DEEP = "there are far too many brackets inside each other"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake. *path* is like ``users[2].queue.ring_seconds``, counted from 0; empty for the whole file."""

    line: int
    path: str
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.path}: {self.text}" if self.path else f"line {self.line}: {self.text}"


class Findings:
    """Collects the problems of one TOML text while it is read."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._lines: Mapping[KeyPath, int] = {}
        self._problems: list[Problem] = []
        self._noted: set[KeyPath] = set()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was found, in the order of the file."""
        return tuple(sorted(self._problems))

    def document(self) -> dict[str, object]:
        """The parsed text; empty, with a problem noted, when it is no TOML."""
        try:
            document = tomllib.loads(self._source)
            self._lines = key_lines(self._source.replace("\r\n", "\n"))
        except tomllib.TOMLDecodeError as error:
            self._problems.append(self._syntax_problem(str(error)))
        except RecursionError:
            self._problems.append(Problem(_deepest_line(self._source), "", TOO_DEEP))
        else:
            return document
        return {}

    def add(self, path: KeyPath, text: str) -> None:
        """Note a problem with the value at *path*, or with something missing there."""
        self._problems.append(Problem(self.line(path), written(path), text))
        self._noted.add(path)

    def noted(self, path: KeyPath) -> bool:
        """Whether the value at *path* or what holds it was found wrong already: one mistake makes one line."""
        return any(path[:length] in self._noted for length in range(1, len(path) + 1))

    def line(self, path: KeyPath) -> int:
        """Where *path* stands; for what is missing, where its table begins."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def table(self, path: KeyPath, value: object, known: Iterable[str]) -> dict[str, object]:
        """*value* as a table, its unknown keys noted and left out; empty when it is none."""
        if not isinstance(value, dict):
            self.add(path, "is not a table")
            return {}
        names = tuple(known)
        for key in value.keys() - set(names):
            self.add((*path, key), f"is unknown{suggestion(key, names)}")
        return {key: item for key, item in value.items() if key in names}

    def _syntax_problem(self, text: str) -> Problem:
        match = _SYNTAX_ERROR.fullmatch(text)
        last = self._source.rstrip().count("\n") + 1
        line = int(match["line"]) if match and match["line"] else last
        return Problem(line, "", f"this is no TOML: {match['text'] if match else text}")


def _deepest_line(source: str) -> int:
    """The line with the most brackets, counted from 1."""
    lines = source.split("\n")
    return max(range(len(lines)), key=lambda index: lines[index].count("[") + lines[index].count("{")) + 1


def written(path: KeyPath) -> str:
    """A path as people write it."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
