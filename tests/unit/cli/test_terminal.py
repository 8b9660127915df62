"""Whatever the network or a colleague has written, a terminal shows it and does not obey it."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

import softphone.cli
from softphone.cli.terminal import complain, say
from softphone.model.view import Party
from softphone.session.control.report import status_report
from tests.fakes.phone import a_call, a_view
from tests.unit.cli.conftest import ScriptedApp
from tests.unit.cli.test_ctl_words import LINE

Run = Callable[..., tuple[int, str, str]]
HOSTILE = "Ann\x1b]0;owned\x07\x9b2J\r\nagent9 <- Bob\u202e"
HARMLESS = "Ann\\x1b]0;owned\\x07\\x9b2J\\r\\nagent9 <- Bob\\u202e"


def steers(text: str) -> bool:
    return any(not char.isprintable() and char != "\n" for char in text)


def test_a_callers_name_does_not_steer_the_terminal_of_ctl(softphone: Run, app: ScriptedApp) -> None:
    view = a_view(calls=(a_call(remote=Party(HOSTILE, "", f"sip:{HOSTILE}")),))
    app.answer = {"ok": True, "result": status_report(view, 0.0, datetime.now(UTC))}
    _, words, _ = softphone("ctl", "status")
    assert HARMLESS in words
    assert len(words.splitlines()) == 2
    _, text, _ = softphone("ctl", "status", "--json")
    assert json.loads(text) == app.answer["result"]
    assert not steers(words + text)


def test_no_name_makes_a_line_of_the_log_that_is_not_there(softphone: Run, app: ScriptedApp) -> None:
    app.answer = {"ok": True, "result": [LINE | {"remote_name": HOSTILE}]}
    _, words, _ = softphone("ctl", "log")
    assert words.splitlines() == [f"{LINE['arrived']}  agent1 <- {HARMLESS}  picked-up, continued by agent2"]


def test_events_and_refusals_do_not_steer_it_either(softphone: Run, app: ScriptedApp) -> None:
    app.events = [{"event": "heard", "remote": HOSTILE}]
    _, words, _ = softphone("ctl", "events")
    assert [json.loads(line) for line in words.splitlines()] == app.events
    app.answer = {"ok": False, "error": HOSTILE, "status": 1}
    _, _, complaint = softphone("ctl", "hold")
    assert not steers(words + complaint)


def test_lines_of_ones_own_stay_lines(capsys: pytest.CaptureFixture[str]) -> None:
    say("one\n\ttwo\x1b")
    say("")
    complain("three\x1b")
    assert capsys.readouterr() == ("one\n\ttwo\\x1b\n", "softphone: three\\x1b\n")


def test_commands_print_by_this_way_alone() -> None:
    allowed = {"terminal.py": 3, "dispatch.py": 1, "move_command.py": 1}  # a flush, and a count of steps
    folder = Path(str(softphone.cli.__file__)).parent
    found = {}
    for file in folder.glob("*.py"):
        calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
        prints = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]
        if prints:
            found[file.name] = len(prints)
    assert found == allowed
