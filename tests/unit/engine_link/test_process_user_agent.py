import asyncio
import json
import os
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from softphone.engine_link.crash_reports import CrashReports
from softphone.engine_link.launch import EarlyEngine
from softphone.engine_link.process_user_agent import ProcessUserAgent
from softphone.model.ua_commands import (
    Account,
    HangUp,
    Mute,
    Register,
    SelectSound,
    SetAccount,
    SetSpeechVolume,
    SoundChoice,
    Start,
)
from softphone.model.ua_events import (
    CallProgress,
    CommandRefused,
    EngineFailed,
    EngineLost,
    EngineReady,
    IncomingCall,
    LineSkipped,
    RegistrationChanged,
    UaEvent,
)
from softphone.policy.heartbeat import Rhythm
from tests.lab.waiting import until

pytestmark = pytest.mark.programs

SCRIPT = Path(__file__).with_name("scripted_engine.py")
START = Start(account=Account("sip:agent1@127.0.0.1"))


class Link:
    """A user agent over the scripted engine, and everything it has told."""

    def __init__(self, behaviour: str, diary: Path) -> None:
        self.agent = ProcessUserAgent([sys.executable, str(SCRIPT), behaviour, str(diary)], shutdown_seconds=0.3)
        self.events: list[UaEvent] = []
        self._diary = diary
        self._changed = asyncio.Event()

    def on_event(self, event: UaEvent) -> None:
        self.events.append(event)
        self._changed.set()
        if isinstance(event, IncomingCall):
            raise ValueError("a mistake of ours")

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    @staticmethod
    def reports(tmp_path: Path) -> list[str]:
        return [file.read_text() for file in (tmp_path / "reports").glob("engine-*.txt")]

    def of(self, kind: type[UaEvent]) -> list[UaEvent]:
        return [event for event in self.events if isinstance(event, kind)]

    async def ready(self, times: int = 1) -> int:
        await self.until(lambda: len(self.of(EngineReady)) >= times)
        last = self.of(EngineReady)[-1]
        assert isinstance(last, EngineReady)
        return last.pid

    def told(self, pid: int) -> list[tuple[str, dict[str, object]]]:
        lines = [json.loads(line) for line in self._diary.read_text().splitlines()]
        return [(name, body) for of_pid, name, body in lines if of_pid == pid]


@pytest.fixture
async def link(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Link]:
    made = Link(request.param, tmp_path / "diary")
    await made.agent.start(START, made.on_event)
    yield made
    await made.agent.stop()
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith(("engine-", "pipe-"))]
    assert not psutil.Process().children()


def behaving(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("link", [name], indirect=True)


@behaving("well")
async def test_it_starts_answers_and_ends(link: Link) -> None:
    pid = await link.ready()
    link.agent.send(HangUp("c1"))
    await link.until(lambda: CallProgress("c1", 180, "") in link.events)
    await link.agent.stop()
    assert not psutil.pid_exists(pid)
    assert link.told(pid)[-1][0] == "Shutdown"
    assert link.of(EngineLost) == []
    assert link.agent.restarts == 0


@behaving("ring")
async def test_a_caller_nobody_could_deal_with_gets_500(link: Link) -> None:
    await link.ready()
    link.agent.send(Register())
    await link.until(lambda: CallProgress("c1", 500, "") in link.events)


async def test_one_that_runs_already_is_the_first_and_others_follow_it(tmp_path: Path) -> None:
    link = Link("well", tmp_path / "diary")
    argv = [sys.executable, str(SCRIPT), "well", str(tmp_path / "diary")]
    early = EarlyEngine(argv)
    (running,) = psutil.Process().children()
    link.agent = ProcessUserAgent(argv, early=early, shutdown_seconds=0.3)
    await link.agent.start(START, link.on_event)
    try:
        assert await link.ready() == running.pid
        os.kill(running.pid, signal.SIGKILL)
        assert await link.ready(2) != running.pid
    finally:
        await link.agent.stop()
    assert not psutil.Process().children()


@behaving("well")
async def test_death_is_noticed_at_once_and_another_is_started(link: Link) -> None:
    pid = await link.ready()
    killed = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    await link.until(lambda: bool(link.of(EngineLost)))
    assert time.monotonic() - killed < 0.1
    (lost,) = link.of(EngineLost)
    assert isinstance(lost, EngineLost)
    assert (lost.exit_code, killed <= lost.at < killed + 0.1) == (-signal.SIGKILL, True)
    assert await link.ready(2) != pid
    assert link.agent.restarts == 1


@behaving("crash")
async def test_a_crash_is_told_with_its_signal(link: Link) -> None:
    await link.ready()
    link.agent.send(Register())
    await link.until(lambda: bool(link.of(EngineLost)))
    assert [event.exit_code for event in link.events if isinstance(event, EngineLost)] == [-signal.SIGSEGV]


async def test_one_that_lives_and_does_not_answer_is_ended_and_another_is_started(tmp_path: Path) -> None:
    link = Link("hang", tmp_path / "diary")
    argv = [sys.executable, str(SCRIPT), "hang", str(tmp_path / "diary")]
    rhythm, reports = Rhythm(0.05, 0.2), CrashReports(tmp_path / "reports", str)
    link.agent = ProcessUserAgent(argv, shutdown_seconds=0.3, rhythm=rhythm, reports=reports)
    await link.agent.start(START, link.on_event)
    try:
        hanging = await link.ready()
        assert await link.ready(2) != hanging
        assert not psutil.pid_exists(hanging)
        (lost,) = link.of(EngineLost)
        assert isinstance(lost, EngineLost)
        assert lost.exit_code in (-signal.SIGABRT, -signal.SIGKILL)
        report = await asyncio.to_thread(until, lambda: link.reports(tmp_path), "a crash report")
        assert "did not answer" in report[0]
    finally:
        await link.agent.stop()


@behaving("die")
async def test_the_third_death_within_a_minute_is_told_as_such(link: Link) -> None:
    for times in (1, 2, 3):
        await link.ready(times)
        link.agent.send(Register())
    await link.until(lambda: len(link.of(EngineLost)) == 3)
    assert [event.often for event in link.events if isinstance(event, EngineLost)] == [False, False, True]
    last = link.of(EngineLost)[-1]
    assert isinstance(last, EngineLost)
    assert last.restart_seconds == 1.0


@behaving("mute-pipe")
async def test_an_engine_that_can_say_nothing_more_counts_as_dead(link: Link) -> None:
    await link.ready()
    link.agent.send(Register())
    await link.until(lambda: bool(link.of(EngineLost)))
    await link.ready(2)


@behaving("die")
async def test_a_new_process_is_told_the_latest_configuration(link: Link) -> None:
    await link.ready()
    for command in (
        SetAccount(Account("sip:agent2@127.0.0.1", password="geheim")),
        SelectSound(SoundChoice(headset="none")),
        SetSpeechVolume(0.5),
        Mute(True),
        Register(),
    ):
        link.agent.send(command)
    pid = await link.ready(2)
    await link.until(lambda: RegistrationChanged(200, "muted True", 0) in link.events[-1:])
    start, volume, mute = link.told(pid)
    assert start[1]["account"]["sip_uri"] == "sip:agent2@127.0.0.1"  # type: ignore[index]
    assert start[1]["sound"]["headset"] == "none"  # type: ignore[index]
    assert (volume, mute) == (("SetSpeechVolume", {"volume": 0.5}), ("Mute", {"muted": True}))


@behaving("die")
async def test_commands_about_calls_are_dropped_while_it_is_down(link: Link) -> None:
    await link.ready()
    link.agent.send(Register())
    await link.until(lambda: bool(link.of(EngineLost)))
    link.agent.send(HangUp("old"))
    pid = await link.ready(2)
    link.agent.send(HangUp("new"))
    await link.until(lambda: CallProgress("new", 180, "") in link.events)
    assert [body for name, body in link.told(pid) if name == "HangUp"] == [{"call": "new"}]


@behaving("nonsense")
async def test_lines_that_are_no_messages_are_told_and_skipped(link: Link) -> None:
    await link.ready()
    link.agent.send(Register())
    await link.until(lambda: CallProgress("after", 180, "") in link.events)
    skipped = [event.detail for event in link.events if isinstance(event, LineSkipped)]
    assert len(skipped) == 4
    assert "more than" in skipped[3]
    assert link.of(EngineLost) == []


@behaving("fail")
async def test_an_engine_that_cannot_start_is_tried_again_ever_later(link: Link) -> None:
    began = time.monotonic()
    await link.until(lambda: len(link.of(EngineFailed)) == 3)
    assert time.monotonic() - began >= 0.7  # the pauses of 0.2 and 0.5 s
    assert link.events[0] == EngineFailed("port-in-use", "Port 25000 is in use.")
    assert link.of(EngineLost) == []
    assert link.agent.restarts == 2


@behaving("die-early")
async def test_an_end_before_it_was_ready_is_a_loss(link: Link) -> None:
    await link.until(lambda: len(link.of(EngineLost)) == 2)
    assert [event.exit_code for event in link.events if isinstance(event, EngineLost)] == [3, 3]


async def test_a_program_that_is_not_there_is_a_failure_in_words(tmp_path: Path) -> None:
    agent = ProcessUserAgent([str(tmp_path / "nothing")])
    events: list[UaEvent] = []
    await agent.start(START, events.append)
    assert events == [EngineFailed("other", "The phone engine cannot be started: No such file or directory")]
    await agent.stop()


@behaving("fail")
async def test_a_new_start_command_is_tried_at_once(link: Link) -> None:
    await link.until(lambda: len(link.of(EngineFailed)) == 4)  # the next pause is 2 s
    sent = time.monotonic()
    link.agent.send(Start(account=Account("sip:other@127.0.0.1")))
    await link.until(lambda: len(link.of(EngineFailed)) == 5)
    assert time.monotonic() - sent < 2.0


@behaving("stubborn")
async def test_one_that_will_not_end_is_killed(link: Link) -> None:
    pid = await link.ready()
    await link.agent.stop()
    assert not psutil.pid_exists(pid)


@behaving("stall")
async def test_a_flood_of_commands_never_blocks_and_keeps_its_order(link: Link) -> None:
    pid = await link.ready()
    link.agent.send(Register())
    began = time.monotonic()
    for number in range(5000):
        link.agent.send(HangUp(f"call-{number}-{'x' * 100}"))
    assert time.monotonic() - began < 1.0  # the engine reads nothing for that long
    await link.until(lambda: len(link.of(CallProgress)) == 5000)
    calls = [body["call"] for name, body in link.told(pid) if name == "HangUp"]
    assert calls == [f"call-{number}-{'x' * 100}" for number in range(5000)]


@behaving("stall")
async def test_what_is_too_much_for_a_stalled_engine_is_refused_in_words(link: Link) -> None:
    await link.ready()
    link.agent.send(Register())
    for number in range(60):
        link.agent.send(HangUp(f"{number}" + "x" * 100_000))
    await link.until(lambda: bool(link.of(CommandRefused)))
    refused = link.of(CommandRefused)[0]
    assert isinstance(refused, CommandRefused)
    assert (refused.command, refused.detail) == (HangUp, "The phone engine does not respond")


@behaving("stderr")
async def test_its_error_output_is_logged_within_bounds(link: Link, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="softphone.engine")
    await link.ready()
    link.agent.send(Register())
    await link.until(lambda: CallProgress("written", 180, "") in link.events)
    await link.agent.stop()
    lines = [record.getMessage() for record in caplog.records if record.name == "softphone.engine"]
    assert len(lines) == 200
    assert lines[0].endswith("a line of the log")


@behaving("well")
async def test_a_listener_that_fails_does_not_end_the_link(link: Link, caplog: pytest.LogCaptureFixture) -> None:
    await link.ready()
    seen = link.on_event

    def fail_once(event: UaEvent) -> None:
        link.agent._listener = seen
        raise ValueError("a bug")

    link.agent._listener = fail_once
    link.agent.send(HangUp("first"))
    link.agent.send(HangUp("second"))
    await link.until(lambda: CallProgress("second", 180, "") in link.events)
    assert "CallProgress could not be dealt with" in caplog.text


async def test_the_engine_does_not_outlive_an_app_that_is_killed(tmp_path: Path) -> None:
    app = f"""
import asyncio, sys
from softphone.engine_link.crash_reports import CrashReports
from softphone.engine_link.launch import EarlyEngine
from softphone.engine_link.process_user_agent import ProcessUserAgent
from softphone.model.ua_commands import Account, Start
from softphone.model.ua_events import EngineReady
async def main():
    agent = ProcessUserAgent([sys.executable, {str(SCRIPT)!r}, "well", {str(tmp_path / "diary")!r}])
    await agent.start(Start(Account("sip:a@127.0.0.1")), lambda e: print(getattr(e, "pid", 0), flush=True))
    await asyncio.Event().wait()
asyncio.run(main())
"""
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", app, stdout=asyncio.subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    engine = psutil.Process(pid)
    parent.kill()
    await parent.communicate()
    await asyncio.to_thread(engine.wait, 5)
