"""Tracking numbers as CSV (RFC 4180), as spreadsheets write and read it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from softphone.errors import sentence
from softphone.model.profile import Route, Team, TrackingNumber
from softphone.policy.admin.checks import number_problem, route_problem, text_problem
from softphone.ports import NumberPlan

COLUMNS = ("number", "label", "route")
_OTHER_NAMES = {
    "tracking number": "number",
    "tracking_number": "number",
    "phone number": "number",
    "name": "label",
    "description": "label",
    "target": "route",
    "destination": "route",
}
_SEPARATORS = (",", ";", "\t")
_FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "'")
_TELL_EVERY = 100


@dataclass(frozen=True, slots=True)
class LineProblem:
    """Why a line cannot be imported; *line* counts from 1, the head included."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


@dataclass(frozen=True, slots=True)
class CsvPreview:
    """What a file would bring: the numbers that can be saved and every line that cannot, in the file's order."""

    good: tuple[TrackingNumber, ...]
    problems: tuple[LineProblem, ...]


def write_numbers(numbers: Iterable[TrackingNumber]) -> str:
    """CSV with a head. No cell can run as a formula, and spreadsheets leave the numbers as they are.

    That is what the apostrophe in front of ``+`` and its like is for; reading takes it off again.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(
        [_as_text(cell) for cell in (number.number, number.label, str(number.route))] for number in numbers
    )
    return text.getvalue()


def read_numbers(
    text: str, team: Team, plan: NumberPlan, on_progress: Callable[[float], None] = lambda _share: None
) -> CsvPreview:
    """Read CSV with commas, semicolons or tabs, with or without a head, numbers in any form.

    A number *team* has already is good: importing replaces it. *on_progress* hears what share is read.
    """
    lines = list(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    reader = _LineReader(team, plan)
    try:
        for line, cells in _rows(lines):
            reader.take(line, cells)
            if line % _TELL_EVERY == 0:
                on_progress(line / len(lines))
    except csv.Error as error:
        reader.problems.append(LineProblem(reader.last_line + 1, f"This is no CSV from here on: {error}."))
    on_progress(1.0)
    return CsvPreview(tuple(reader.good.values()), tuple(reader.problems))


def _rows(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Every row with its cells, told where it begins; empty ones are left out."""
    rows = csv.reader(lines, delimiter=_separator(lines), strict=True)
    begins = 1
    for row in rows:
        cells = [_from_text(cell.strip()) for cell in row]
        if any(cells):
            yield begins, cells
        begins = rows.line_num + 1


def _separator(lines: Iterable[str]) -> str:
    """The one that makes the most cells of the first line that says anything."""
    first = next((line for line in lines if line.strip()), "")
    return max(_SEPARATORS, key=lambda separator: len(next(csv.reader([first], delimiter=separator), [])))


class _LineReader:
    """One reading of one file."""

    def __init__(self, team: Team, plan: NumberPlan) -> None:
        self.good: dict[str, TrackingNumber] = {}
        self.problems: list[LineProblem] = []
        self.last_line = 0
        self._plan = plan
        self._logins = {user.login for user in team.users}
        self._places: dict[str, int] = {}
        self._line_of: dict[str, int] = {}
        self._known_routes: dict[str, str] = {}

    def take(self, line: int, cells: list[str]) -> None:
        """The next row; the first may be the head."""
        self.last_line = line
        if not self._places:
            places = _head(cells)
            self._places = places or {name: place for place, name in enumerate(COLUMNS)}
            if places:
                missing = [name for name in ("number", "route") if name not in places]
                self.problems += [LineProblem(line, f"There is no column “{name}”.") for name in missing]
                return
        self._take_number(line, {name: _cell(cells, self._places.get(name)) for name in COLUMNS})

    def _take_number(self, line: int, row: dict[str, str]) -> None:
        e164 = self._plan.to_e164(row["number"]) or row["number"]
        words = [number_problem(e164), text_problem(row["label"]), self._route_problem(row["route"])]
        if e164 in self._line_of:
            words.append(f"{e164} is already on line {self._line_of[e164]}")
        if any(words):
            self.problems.append(LineProblem(line, " ".join(sentence(word) for word in words if word)))
            return
        self._line_of[e164] = line
        self.good[e164] = TrackingNumber(e164, row["label"], Route.parse(row["route"]))

    def _route_problem(self, text: str) -> str:
        if text not in self._known_routes:
            self._known_routes[text] = self._checked_route(text)
        return self._known_routes[text]

    def _checked_route(self, text: str) -> str:
        try:
            return route_problem(Route.parse(text), self._logins)
        except ValueError as error:
            return str(error)


def _head(cells: list[str]) -> dict[str, int]:
    """Where each column is, when the row is a head; empty when it names none."""
    names = [_OTHER_NAMES.get(cell.casefold(), cell.casefold()) for cell in cells]
    return {name: names.index(name) for name in COLUMNS if name in names}


def _cell(cells: list[str], place: int | None) -> str:
    return cells[place] if place is not None and place < len(cells) else ""


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_BEGINS) else cell


def _from_text(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA_BEGINS) else cell
