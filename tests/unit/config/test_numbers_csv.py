from __future__ import annotations

import csv
import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.config.number_plan import PhoneNumberPlan
from softphone.config.numbers_csv import CsvPreview, read_numbers, write_numbers
from softphone.model.profile import Route, Team, TrackingNumber, UserProfile

TEAM = Team([UserProfile("agent1"), UserProfile("agent2")])
US = PhoneNumberPlan("US")
SPRING = TrackingNumber("+15551230001", "Spring", Route.parse("agent:agent1"))
SALES = TrackingNumber("+15551230002", "", Route.parse("queue:sales"))


def read(text: str, team: Team = TEAM) -> CsvPreview:
    return read_numbers(text, team, US)


def problems(text: str) -> list[str]:
    return [str(problem) for problem in read(text).problems]


@pytest.mark.parametrize(
    "text",
    [
        "number,label,route\n+15551230001,Spring,agent:agent1\n+15551230002,,queue:sales\n",
        "Number;Label;Route\r\n+15551230001;Spring;agent:agent1\r\n+15551230002;;queue:sales",
        "route\tnumber\tlabel\nagent:agent1\t(555) 123-0001\tSpring\nqueue:sales\t555.123.0002\t\n",
        "\ufeffDestination, Phone Number, Owner, Name\nagent:agent1, tel:+1-555-123-0001, x, Spring\n"
        "queue:sales, '+15551230002, y,\n",
        '"+15551230001","Spring","agent:agent1"\n\n , ,\n"+15551230002","","queue:sales"',
    ],
    ids=["commas", "semicolons", "tabs, another order", "other names, one column more", "no head, quotes, blank lines"],
)
def test_files_as_spreadsheets_write_them(text: str) -> None:
    assert read(text) == CsvPreview((SPRING, SALES), ())


@pytest.mark.parametrize("text", ["", "\n\n", "number,label,route\n", "\ufeff"])
def test_an_empty_file_brings_nothing(text: str) -> None:
    assert read(text) == CsvPreview((), ())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("555-PIZZA,x,agent:agent1", "“555-PIZZA” is no phone number."),
        (",x,agent:agent1", "A number is missing."),
        ("+15551230001,x,", "The route is empty."),
        ("+15551230001", "The route is empty."),
        ("+15551230001,x,agent:", "“agent:” names no agent."),
        ("+15551230001,x,agent:agent11", "There is no user “agent11”; did you mean “agent1”?"),
        ("+15551230001,x,agent1", "“agent1” is no route; did you mean “agent:agent1”?"),
        ('+15551230001,"a\nb",queue:q', "The text contains a line break or another control character."),
        ("12,x,agent:ghost", "“12” is no phone number. There is no user “ghost”."),
        ("1.5551E+10,x,queue:q", "“1.5551E+10” is no phone number."),
    ],
)
def test_what_is_wrong_is_told_by_line(line: str, words: str) -> None:
    good = "+15551230009,,queue:sales"
    preview = read(f"number,label,route\n{good}\n{line}\n")
    assert [number.number for number in preview.good] == ["+15551230009"]
    assert [str(problem) for problem in preview.problems] == [f"line 3: {words}"]


def test_a_number_stands_in_a_file_once_however_it_is_written() -> None:
    assert problems("number,route\n+15551230001,queue:a\n(555) 123-0001,queue:b") == [
        "line 3: +15551230001 is already on line 2."
    ]


def test_a_number_the_team_has_already_is_replaced() -> None:
    team = Team(TEAM.users, [TrackingNumber("+15551230001", "Old", Route.parse("queue:old"))])
    assert read("+15551230001,Spring,agent:agent1", team).good == (SPRING,)


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    text = 'number,label,route\n+15551230001,"two\nlines",queue:q\n\nbad,x,queue:q\n'
    assert [problem.line for problem in read(text).problems] == [2, 5]


def test_a_head_without_the_columns_that_matter() -> None:
    assert problems("label,owner\nSpring,me\n")[:2] == [
        "line 1: There is no column “number”.",
        "line 1: There is no column “route”.",
    ]
    assert read("label,owner\nSpring,me\n").good == ()


@pytest.mark.parametrize("text", ['number,label,route\n+15551230001,"Spring,agent:agent1\n', '"a"b,c,d\n', '"'])
def test_what_is_no_csv_is_said_to_be_none(text: str) -> None:
    preview = read(text)
    assert preview.good == ()
    assert "This is no CSV from here on" in preview.problems[-1].text


def ten_thousand_lines() -> str:
    lines = [f"+1555{number:07},Label {number},agent:agent{number % 2 + 1}" for number in range(1_000_000, 1_010_000)]
    for place in range(37):
        lines[place * 270 + 5] = f"bad {place},Label,agent:agent1" if place % 2 else f"+1555{place:07},,agent:nobody"
    return "\n".join(["number,label,route", *lines])


def test_ten_thousand_lines_with_37_bad_ones_are_read_quickly() -> None:
    shares: list[float] = []
    begun = time.process_time()
    preview = read_numbers(ten_thousand_lines(), TEAM, US, shares.append)
    assert time.process_time() - begun < 10
    assert len(preview.good) == 9963
    assert [problem.line for problem in preview.problems] == [place * 270 + 7 for place in range(37)]
    assert len(shares) > 50
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_ten_thousand_bad_lines_in_a_large_team_are_read_quickly() -> None:
    team = Team(UserProfile(f"agent{number}") for number in range(5000))
    text = "\n".join(f"+1555{number:07},,agent:agnt{number}" for number in range(1_000_000, 1_010_000))
    begun = time.process_time()
    assert len(read(text, team).problems) == 10_000
    assert time.process_time() - begun < 10


@given(
    st.lists(
        st.builds(
            TrackingNumber,
            st.integers(1_000_000, 9_999_999).map(lambda number: f"+1555{number}"),
            st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12).map(str.strip),
            st.sampled_from(["agent:agent1", "queue:=cmd|x", "queue:sales", "sip:desk@example.com"]).map(Route.parse),
        ),
        unique_by=lambda number: number.number,
    )
)
def test_what_is_written_is_read_again_and_runs_in_no_spreadsheet(numbers: list[TrackingNumber]) -> None:
    written = write_numbers(numbers)
    assert read(written) == CsvPreview(tuple(numbers), ())
    cells = [cell for row in csv.reader(io.StringIO(written)) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_a_label_that_is_a_formula_comes_back_as_it_was() -> None:
    odd = TrackingNumber("+15551230001", '=HYPERLINK("http://example.com")', Route.parse("queue:sales"))
    quoted = TrackingNumber("+15551230002", '\'90s "hits"; a, b', Route.parse("queue:sales"))
    written = write_numbers([odd, quoted])
    assert "\"'=HYPERLINK" in written
    assert read(written).good == (odd, quoted)


def test_only_line_ends_end_a_line() -> None:
    preview = read("number,label,route\r+15551230001,a\u2028b\u0085c,queue:q\r\n+15551230002,,queue:sales")
    assert preview.good[1] == SALES
    assert preview.good[0].label == "a\u2028b\u0085c"
