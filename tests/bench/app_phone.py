"""The softphone as its user has it, started as ``softphone`` starts it, clicked by lines on stdin.

Commands: ``answer`` and ``hold-answer`` press that button of the prompt with the mouse, ``watch`` begins to
watch the GUI thread. Lines of JSON on stdout: the port, when a call's prompt was painted, when a button was
pressed, and at the end how long the GUI thread was held.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from PyQt6.QtCore import Qt, qInstallMessageHandler
from PyQt6.QtWidgets import QApplication

from softphone.bootstrap import Core, open_core
from softphone.config.paths import DataDirectory
from softphone.config.settings_store import TomlSettingsStore
from softphone.diagnostics.logs import start_logging
from softphone.model.actions import Choice
from softphone.model.profile import Route, RouteKind, Team, TrackingNumber, UserProfile, UserQueue
from softphone.model.settings import AccountSettings, AgentSettings, NetworkSettings, Settings, SoundSettings
from tests.bench.caller import NUMBER
from tests.bench.gui_reports import held, lines, say
from tests.gui_watchdog import GuiWatchdog
from tests.qtest import QTest
from ui.app.application import run
from ui.prompts.call_waiting_prompt import CallWaitingPrompt

AGENT = "agent1"
SETTINGS = Settings(
    account=AccountSettings(sip_uri=f"sip:{AGENT}@127.0.0.1"),
    network=NetworkSettings(bind="127.0.0.1"),
    agent=AgentSettings(login=AGENT),
    sound=SoundSettings(microphone="none", headset="none", ringer="none"),
)
TEAM = Team(
    [UserProfile(AGENT, "Agent One", SETTINGS.account.sip_uri, call_waiting=True, queue=UserQueue(False))],
    [TrackingNumber(NUMBER, "Spring campaign", Route(RouteKind.AGENT, AGENT))],
)


def main(directory: Path) -> int:
    data = DataDirectory(directory)
    data.ensure()
    TomlSettingsStore(data.settings_file).save(SETTINGS)
    stop_logging = start_logging(data.log_directory)
    agents = []

    async def opened() -> Core:
        core = await open_core(directory)
        await core.team.put_team(TEAM)
        agents.append(asyncio.ensure_future(_agent(core)))
        return core

    try:
        return run(opened, data_dir=directory)
    finally:
        stop_logging()


async def _agent(core: Core) -> None:
    """Sits at the softphone until nothing more is wanted of them, then ends it."""
    await _until_ready(core)
    prompt = next(window for window in QApplication.topLevelWidgets() if isinstance(window, CallWaitingPrompt))
    prompt.painted.connect(lambda call, at: say(painted=_sip_call_id(core, call), at=at))
    say(port=int(core.session.view.engine.addresses[0].rpartition(":")[2]))
    watchdog = GuiWatchdog()
    async for command in lines():
        if command == "watch":
            watchdog.start()
        else:
            _press(prompt, Choice(command))
    watchdog.stop()
    say(**held(watchdog))
    os.kill(os.getpid(), signal.SIGTERM)


async def _until_ready(core: Core) -> None:
    ready = asyncio.Event()
    core.session.on_view(lambda view: ready.set() if view.engine.addresses else None)
    await ready.wait()


def _press(prompt: CallWaitingPrompt, choice: Choice) -> None:
    button = prompt.choices.buttons[choice]
    at = time.monotonic()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    say(acted_at=at)


def _sip_call_id(core: Core, call: str) -> str:
    return next((each.sip_call_id for each in core.session.view.calls if each.id == call), "")


if __name__ == "__main__":
    qInstallMessageHandler(lambda _kind, _where, _text: None)  # what the offscreen platform cannot do
    sys.exit(main(Path(sys.argv[1])))
