"""On a real X server: whoever types keeps the keyboard, clicks answer, problems at the start are shown."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.lab.waiting import until
from tests.lab.xvfb import Screen, running_screen


class Program:
    """The windows in a process of their own."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.ui.on_screen_program"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | screen.environment,
            text=True,
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._orders, self._answers = self._process.stdin, self._process.stdout
        assert self._answers.readline().strip() == "ready"

    def tell(self, command: str) -> dict[str, Any]:
        self._orders.write(command + "\n")
        self._orders.flush()
        report: dict[str, Any] = json.loads(self._answers.readline())
        return report

    def end(self) -> int:
        with self._process as process:
            self._orders.close()
            return process.wait(20)


@pytest.fixture
def program() -> Iterator[Program]:
    with running_screen() as screen:
        running = Program(screen)
        yield running
        assert running.end() == 0


def test_the_prompt_leaves_the_keyboard_to_who_is_typing_and_its_shortcuts_work_all_the_same(program: Program):
    screen = program.screen
    screen.focus(screen.window("^Softphone$"))
    screen.type("123")
    until(lambda: program.tell("report")["typed"] == "123", "the first digits", 10)
    assert program.tell("prompt")["prompt"]
    screen.window("Call waiting")
    screen.type("456 ")
    until(lambda: program.tell("report")["typed"] == "123456 ", "the digits typed into the coming prompt", 10)

    def answered() -> bool:
        screen.press("ctrl+1")  # dead at first
        return bool(program.tell("report")["requests"])

    until(answered, "Ctrl+1 to answer", 10)
    screen.press("ctrl+m")
    until(lambda: len(program.tell("report")["requests"]) > 1, "Ctrl+M to mute", 10)
    report = program.tell("report")
    assert "hold-answer" in report["requests"][0]
    assert report["requests"][-1] == "('mute', True)"
    assert (report["active"], report["typed"]) == ("MainWindow", "123456 ")


def test_a_click_answers_and_keys_in_the_prompt_lose_no_call(program: Program):
    screen = program.screen
    program.tell("prompt")
    window = screen.window("Call waiting")
    screen.focus(window)
    until(lambda: program.tell("report")["active"] == "CallWaitingPrompt", "the prompt to be active", 10)
    for key in ("Escape", "Return", "space", "alt+F4"):
        screen.press(key)

    def sent() -> bool:
        screen.press("5")
        return "PressKeys(call='c1', digits='5')" in program.tell("report")["requests"]

    until(sent, "a digit to reach the call", 10)
    for key in ("Escape", "Return", "space"):
        screen.press(key)
    screen.click(window, 0.83, 0.7)
    until(lambda: "ignore" in program.tell("report")["requests"][-1], "the click on Ignore", 10)
    report = program.tell("report")
    assert report["prompt"]
    assert all("PressKeys" in request for request in report["requests"][:-1])


def test_the_question_about_a_held_caller_leaves_the_keyboard_alone_and_a_click_answers_it(program: Program):
    screen = program.screen
    screen.focus(screen.window("^Softphone$"))
    screen.type("123")
    until(lambda: program.tell("report")["typed"] == "123", "the first digits", 10)
    assert program.tell("recall")["recall"]
    window = screen.window("Still on hold")
    screen.type("456 ")
    until(lambda: program.tell("report")["typed"] == "123456 ", "the digits typed into the coming question", 10)
    assert program.tell("report")["active"] == "MainWindow"

    def left_on_hold() -> bool:
        screen.press("ctrl+2")  # dead at first
        return bool(program.tell("report")["requests"])

    until(left_on_hold, "Ctrl+2 to leave the caller on hold", 10)
    screen.click(window, 0.17, 0.8)
    until(lambda: "RequestResume" in program.tell("report")["requests"][-1], "the click on Resume", 10)
    assert "LeaveOnHold" in program.tell("report")["requests"][0]


def test_a_caller_is_picked_up_by_mouse_and_the_choice_by_key(program: Program):
    screen = program.screen
    main_window = screen.window("^Softphone$")
    program.tell("held")
    until(lambda: program.tell("report")["pick up at"][1] > 0.3, "the row of the held caller", 10)
    screen.click(main_window, *program.tell("report")["pick up at"])
    screen.focus(screen.window("Pick up Held caller"))
    until(lambda: program.tell("report")["active"] == "PickUpChoice", "the choice to be active", 10)
    screen.press("Return")

    def chosen() -> bool:
        screen.press("ctrl+2")  # dead at first
        return bool(program.tell("report")["requests"])

    until(chosen, "Ctrl+2 for Hangup & Pick up", 10)
    assert program.tell("report")["requests"] == ["('pick_up', 'h1', <Choice.HANGUP_AND_ANSWER: 'hangup-answer'>)"]


FAILING_START = """
import sys
from pathlib import Path
from softphone.errors import UserFacingError
from ui.app.application import run

async def open_core():
    raise UserFacingError("The database is of a newer version.")

sys.exit(run(open_core, data_dir=Path(sys.argv[1])))
"""


def test_a_problem_at_the_start_is_shown_in_a_box_and_on_stderr(tmp_path):
    with running_screen() as screen:
        command = [sys.executable, "-c", FAILING_START, str(tmp_path / "data")]
        environment = os.environ | screen.environment
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
            screen.focus(screen.window("^Softphone$"))
            assert process.poll() is None
            screen.press("Return")
            assert process.wait(20) == 1
            assert process.communicate()[1] == "softphone: The database is of a newer version.\n"
