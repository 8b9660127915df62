"""Nothing from the network steers a terminal."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.model.printable import printable, printable_json


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ann \x1b]0;owned\x07", "Ann \\x1b]0;owned\\x07"),
        ("a\r\nb\x85c", "a\\r\\nb\\x85c"),
        ("\u202e12345", "\\u202e12345"),
        ("\ud8ff", "\\ud8ff"),
        ("Jürgen Ōta 太田", "Jürgen Ōta 太田"),
        ("01 23\u00a045\u202f67", "01 23\u00a045\u202f67"),
    ],
)
def test_what_would_steer_a_terminal_is_shown(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_lines_may_be_kept() -> None:
    assert printable("one\n\ttwo\r", "\n\t") == "one\n\ttwo\\r"


@given(st.text())
def test_nothing_is_left_that_does_not_show(text: str) -> None:
    assert all(char.isprintable() or char.isspace() for char in printable(text))
    assert not set(printable(text)) & set(map(chr, (*range(32), *range(127, 160))))


@given(st.dictionaries(st.text(), st.lists(st.text())))
def test_json_stays_the_same_value_and_steers_nothing(value: dict[str, list[str]]) -> None:
    text = printable_json(value, indent=2)
    assert json.loads(text) == value
    assert all(char.isprintable() or char.isspace() for char in text)
    assert not set(text) & set(map(chr, (*range(10), *range(11, 32), *range(127, 160))))
