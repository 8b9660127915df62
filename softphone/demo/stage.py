"""Everybody and everything the demo needs, alive: the app in a directory of its own, two callers, a voicemail box."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from softphone.bootstrap import Core, open_core
from softphone.config.paths import DataDirectory
from softphone.config.settings_store import TomlSettingsStore
from softphone.demo.agent_story import AgentStory
from softphone.demo.party import DemoParty, tone_file
from softphone.demo.profile import NUMBER, SETTINGS, USERS, team
from softphone.demo.story import AGENT, MissingError, Story
from softphone.diagnostics.logs import start_logging
from softphone.model.ua_commands import PlayAsMicrophone, RecordHeadset
from ui.app.app import App, run_app

SIP_LOG, HEADSET, PROMPT_PICTURE, WINDOW_PICTURE = "sip.log", "headset.wav", "prompt.png", "window.png"


@dataclass(frozen=True, slots=True)
class DemoStage:
    """The app and the other parties. What they leave is in *folder*, if anything is to be left."""

    story: Story
    folder: Path | None
    core: Core
    app: App
    agent: AgentStory
    caller1: DemoParty
    caller2: DemoParty
    voicemail: DemoParty

    @property
    def line(self) -> str:
        """Where customers reach the agent's direct line."""
        address = self.core.session.view.engine.addresses[0]
        return f"sip:{NUMBER}@{address.partition(':')[2]}"

    def take_pictures(self) -> None:
        """Keep what is on the screen now."""
        if self.folder is None:
            return
        for window, name in ((self.app.prompt, PROMPT_PICTURE), (self.app.main_window, WINDOW_PICTURE)):
            window.grab().save(str(self.folder / name))

    def start_sound(self, *, speak: bool) -> str:
        """Record the headset and, to *speak* for the agent or where there is no microphone, play a tone.

        Says in words what is heard where.
        """
        phone = self.core.user_agent
        sound = self.core.session.view.sound
        if self.folder is not None:
            phone.send(RecordHeadset(str(self.folder / HEADSET)))
            self.story.mark(HEADSET)
        voice = f"microphone: {sound.microphone}"
        if speak or not sound.microphone:
            phone.send(PlayAsMicrophone(tone_file(AGENT)))
            voice = "the agent speaks a tone"
        if not sound.headset:
            return f"No sound device: everything is recorded through a null device; {voice}."
        return f"Headset: {sound.headset}; {voice}."


@asynccontextmanager
async def open_stage(scratch: Path, folder: Path | None, story: Story) -> AsyncIterator[DemoStage]:
    """Bring everybody up; afterwards nothing of them is left but what is in *folder*."""
    async with AsyncExitStack() as stack:
        caller1, caller2, voicemail = (DemoParty(who, user, story) for who, user in USERS.items())
        for party in (caller1, caller2, voicemail):
            stack.push_async_callback(party.close)
            await party.start()
        core = await _open_core(stack, scratch, folder)
        for party in (caller1, caller2, voicemail):
            await party.ready(folder / f"{party.who}.wav" if folder and party is not voicemail else None)
        await core.team.put_team(team(voicemail.address))
        app = await run_app(core)
        stack.push_async_callback(app.close)
        agent = AgentStory(story, core, app)
        await story.until(agent.is_ready, "the start of the phone engine")
        if core.session.view.engine.problem:
            raise MissingError(f"the phone engine did not start: {core.session.view.engine.problem}")
        yield DemoStage(story, folder, core, app, agent, caller1, caller2, voicemail)


async def _open_core(stack: AsyncExitStack, scratch: Path, folder: Path | None) -> Core:
    data = DataDirectory(scratch)
    data.ensure()
    TomlSettingsStore(data.settings_file).save(SETTINGS)
    stack.callback(start_logging(data.log_directory))
    if folder is not None:
        stack.callback(_keep_trace, data.log_directory / SIP_LOG, folder / SIP_LOG)
    core = await open_core(scratch)
    stack.push_async_callback(core.close)
    return core


def _keep_trace(trace: Path, kept: Path) -> None:
    if trace.exists():
        shutil.copyfile(trace, kept)
