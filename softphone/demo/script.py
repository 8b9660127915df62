"""The two ways to run the demo: by itself, pressing the buttons, or live for somebody at the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

from softphone.demo.profile import beep
from softphone.demo.stage import DemoStage
from softphone.demo.story import AGENT, ANSWERED, ENDING, SECOND_CALL, TALKING
from softphone.model.actions import Choice
from softphone.model.call import CallStatus
from softphone.model.view import Notice, NoticeKind, PromptKind
from ui.shared.texts import choice_name

TALK_SECONDS = 2.6  # two seconds of it have to be heard
PERIODS = 2  # of the beep
SPARE_SECONDS = 0.6  # for the start of the beep and the whole of the last one
PAUSE_SECONDS = 4.0  # between two calls of the live demo

FIRST = "A customer is calling your direct line: answer in the prompt."
SECOND = "A second customer is calling. Hold & Answer, Hangup & Answer or Ignore: it is your choice."
BOTH = "Hang up when you like; then both call again. Close the window to end the demo."


async def play(stage: DemoStage, action: Choice) -> None:
    """One call is answered, a second one comes in and gets *action*. Raises MissingError where it gets stuck."""
    await _first_call(stage)
    await _second_call(stage)
    await _press(stage, action)
    await stage.story.until(lambda: _OUTCOMES[action](stage), _PROMISES[action])
    stage.story.mark(ANSWERED)
    await asyncio.sleep(TALK_SECONDS)
    stage.story.mark(ENDING)
    await _end(stage)


async def _first_call(stage: DemoStage) -> None:
    stage.caller1.dial(stage.line)
    await stage.story.until(lambda: stage.agent.sees(PromptKind.RINGING), "the prompt of an incoming call")
    await _press(stage, Choice.ANSWER)
    await stage.story.until(lambda: stage.caller1.established and _active(stage), "the answer to the first call")
    stage.story.mark(TALKING)
    await asyncio.sleep(TALK_SECONDS)


async def _second_call(stage: DemoStage) -> None:
    """Call, and let the beep come and go a few times."""
    stage.story.mark(SECOND_CALL)
    stage.caller2.dial(stage.line)
    await stage.story.until(lambda: stage.agent.sees(PromptKind.CALL_WAITING), "the call-waiting prompt")
    cycle = sum(step.on_ms + step.off_ms for step in beep().steps) / 1000
    await asyncio.sleep(cycle)
    stage.take_pictures()
    await asyncio.sleep((PERIODS - 1) * cycle + SPARE_SECONDS)


async def _press(stage: DemoStage, choice: Choice) -> None:
    button = stage.app.prompt.choices.buttons[choice]
    name = choice_name(choice)
    await stage.story.until(lambda: button.isVisible() and button.isEnabled(), f"a button “{name}” to press")
    stage.story.tell(AGENT, f"clicks “{name}”", "mouse")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)  # type: ignore[call-overload]  # PyQt6's stub wants a self


async def _end(stage: DemoStage) -> None:
    for party in (stage.caller2, stage.caller1):
        party.hang_up()
    await stage.story.until(lambda: _nobody_is_left(stage), "the end of all calls")


def _active(stage: DemoStage) -> str:
    """SIP Call-ID of the call the agent talks in, empty when there is none."""
    calls = stage.core.session.view.calls
    return next((call.sip_call_id for call in calls if call.status is CallStatus.ACTIVE), "")


def _nobody_is_left(stage: DemoStage) -> bool:
    parties = (stage.caller1, stage.caller2, stage.voicemail)
    return not stage.core.session.view.calls and not any(party.call for party in parties)


def _second_is_answered(stage: DemoStage) -> bool:
    return stage.caller2.established and _active(stage) == stage.caller2.sip_call_id


def _first_is_held(stage: DemoStage) -> bool:
    calls = stage.core.session.view.calls
    return any(call.held and call.sip_call_id == stage.caller1.sip_call_id for call in calls)


def _second_is_at_voicemail(stage: DemoStage) -> bool:
    return stage.voicemail.established and stage.caller2.established and not stage.app.prompt.isVisible()


_OUTCOMES: dict[Choice, Callable[[DemoStage], bool]] = {
    Choice.HOLD_AND_ANSWER: lambda stage: _second_is_answered(stage) and _first_is_held(stage),
    Choice.HANGUP_AND_ANSWER: lambda stage: _second_is_answered(stage) and not stage.caller1.call,
    Choice.IGNORE: _second_is_at_voicemail,
}
_PROMISES = {
    Choice.HOLD_AND_ANSWER: "the hold of the first call and the answer to the second",
    Choice.HANGUP_AND_ANSWER: "the end of the first call and the answer to the second",
    Choice.IGNORE: "the second caller's move to the voicemail box",
}


async def guide(stage: DemoStage) -> None:
    """Customers call again and again, and the agent at the screen decides; ends when the task is cancelled."""
    until = stage.story.until
    while True:
        _say(stage, FIRST)
        stage.caller1.dial(stage.line)
        await until(lambda: stage.caller1.established or not stage.caller1.call, "an answer", None)
        await asyncio.sleep(PAUSE_SECONDS)
        _say(stage, SECOND)
        stage.caller2.dial(stage.line)
        await until(lambda: stage.app.prompt.isVisible() or not stage.caller2.call, "a prompt", None)
        stage.take_pictures()
        await until(lambda: stage.caller2.established or not stage.caller2.call, "a choice", None)
        _say(stage, BOTH)
        await until(lambda: not stage.core.session.view.calls, "the end of all calls", None)
        await _end(stage)
        await asyncio.sleep(PAUSE_SECONDS)


def _say(stage: DemoStage, text: str) -> None:
    """In the window, in place of what was said before, and on the terminal."""
    notices = stage.app.main_window.notices
    for notice in notices.notices:
        if notice.text in (FIRST, SECOND, BOTH):
            notices.dismiss(notice)
    stage.app.signals.notify(Notice(NoticeKind.INFO, text))
    stage.story.say(text)
