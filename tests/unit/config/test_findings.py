from __future__ import annotations

import pytest

from softphone.config.findings import Findings, Problem


def test_problems_come_in_the_order_of_the_file_with_line_and_path() -> None:
    findings = Findings("a = 1\n[[users]]\nlogin = 'x'\n")
    assert findings.document() == {"a": 1, "users": [{"login": "x"}]}
    findings.add(("users", 0, "queue", "ring_seconds"), "is missing")
    findings.add(("users", 0, "login"), "is wrong")
    findings.add(("a",), "is wrong")
    assert list(map(str, findings.problems)) == [
        "line 1: a: is wrong",
        "line 2: users[0].queue.ring_seconds: is missing",
        "line 3: users[0].login: is wrong",
    ]
    assert findings.noted(("a",))
    assert not findings.noted(("users",))


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("a = 1\nb = \n", 2, "Invalid value"),
        ("a = 1\r\nb\r\n", 2, "Expected '=' after a key"),
        ("[a]\n\n[a]\n", 3, "Cannot declare"),
        ("a = 1\na = 2", 2, "Cannot overwrite a value"),
        ('a = """\n\n', 1, "Unterminated string"),
        ("a = [1,\n 2", 2, "Unclosed array"),
    ],
)
def test_what_is_no_toml_is_one_problem_with_its_line(source: str, line: int, words: str) -> None:
    findings = Findings(source)
    assert findings.document() == {}
    (problem,) = findings.problems
    assert (problem.line, problem.path) == (line, "")
    assert problem.text.startswith("this is no TOML: ")
    assert words in problem.text


def test_windows_line_ends_count_once() -> None:
    findings = Findings("a = 1\r\nb = 2\r\n")
    findings.document()
    findings.add(("b",), "is wrong")
    assert findings.problems == (Problem(2, "b", "is wrong"),)


def test_unknown_keys_are_left_out_and_noted() -> None:
    findings = Findings("[t]\nring_second = 1\nlogin = 2\nzzz = 3\n")
    table = findings.table(("t",), findings.document()["t"], ("ring_seconds", "login"))
    assert table == {"login": 2}
    assert list(map(str, findings.problems)) == [
        "line 2: t.ring_second: is unknown; did you mean “ring_seconds”?",
        "line 4: t.zzz: is unknown",
    ]


def test_what_is_no_table_is_noted() -> None:
    findings = Findings("t = 1")
    assert findings.table(("t",), findings.document()["t"], ("login",)) == {}
    assert findings.problems == (Problem(1, "t", "is not a table"),)


@pytest.mark.parametrize("nested", ["[" * 20_000, "{ a = " * 20_000, "[" * 20_000 + "]" * 20_000, "[[{a=" * 9_000])
def test_brackets_without_end_are_a_mistake_with_its_line_and_not_a_crash(nested: str) -> None:
    findings = Findings(f"[account]\nx = {nested}\n")
    assert findings.document() == {}
    (problem,) = findings.problems
    assert str(problem) == "line 2: there are far too many brackets inside each other"


def test_many_parts_of_one_key_are_no_crash_either() -> None:
    findings = Findings("a" + ".a" * 5000 + " = 1\n")
    findings.document()
