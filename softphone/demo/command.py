"""``softphone demo``: the real app, three real telephones, and a verdict on what happened between them."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import tempfile
from collections.abc import Coroutine
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import qInstallMessageHandler

from softphone.demo import script, wire
from softphone.demo.analysis import read_recording
from softphone.demo.beep_checks import measure_beep
from softphone.demo.evidence import HEADSET, Evidence
from softphone.demo.profile import beep
from softphone.demo.report import RESULT, Report, what_was_heard
from softphone.demo.stage import PROMPT_PICTURE, SIP_LOG, WINDOW_PICTURE, DemoStage, open_stage
from softphone.demo.story import CALLER1, CALLER2, MissingError, Story
from softphone.demo.verdict import judge
from softphone.errors import UserFacingError
from softphone.model.actions import Choice
from ui.app.application import ending_on_signals
from ui.app.crash_report import CrashReporter
from ui.app.event_loop import AppEventLoop
from ui.app.qt_application import make_application, on_screen

log = logging.getLogger(__name__)
DONE, FAILED, INTERRUPTED = 0, 1, 130
RECORDINGS = (HEADSET, CALLER1, CALLER2)
KEPT = (RESULT, PROMPT_PICTURE, WINDOW_PICTURE, SIP_LOG, *(f"{name}.wav" for name in RECORDINGS))


@dataclass(slots=True)
class Run:
    """One run of the demo. *action* None: live, the person at the screen decides; *folder* None: nothing is kept."""

    action: Choice | None
    folder: Path | None
    scratch: Path
    story: Story
    stage: DemoStage | None = None
    sound: str = ""
    missing: str = ""


def run_demo(*, headless: bool, action: str | None, keep: Path | None) -> int:
    """Run the demo; its exit status is 0 only if everything happened as *action* promises.

    Without *action* and with a display the app is live, and ends when its window is closed. Raises
    UserFacingError when *keep* cannot be written.
    """
    if headless or _no_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = make_application()
    if not headless and not on_screen():
        _print("There is no display: the demo runs by itself, offscreen.")
    choice = None if on_screen() and action is None else Choice(action or Choice.HOLD_AND_ANSWER)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="softphone-demo-")))
        folder = _emptied(keep) if keep else scratch if choice else None
        run = Run(choice, folder, scratch / "data", Story(_print))
        runner = stack.enter_context(asyncio.Runner(loop_factory=lambda: AppEventLoop(application)))
        if not runner.run(_perform(run)):
            _print("The demo was interrupted.")
            return INTERRUPTED
        return _report(run, keep)


def _no_display() -> bool:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform.startswith("linux") and not any(os.environ.get(name) for name in names)


def _emptied(keep: Path) -> Path:
    """The directory *keep*, without anything an earlier run has left there."""
    folder = keep.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in KEPT:
            (folder / name).unlink(missing_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UserFacingError(f"{keep} cannot be written: {error.strerror}.") from error
    return folder


async def _perform(run: Run) -> bool:
    """False when a signal has ended it."""
    reporter = CrashReporter()
    reporter.install(asyncio.get_running_loop())
    qInstallMessageHandler(lambda _kind, _where, text: log.info("Qt: %s", text))  # such as what offscreen cannot do
    try:
        with ending_on_signals():
            await _on_stage(run)
    except asyncio.CancelledError:
        return False
    except MissingError as missing:
        run.missing = str(missing)
    finally:
        qInstallMessageHandler(None)
        reporter.uninstall()
    return True


async def _on_stage(run: Run) -> None:
    async with open_stage(run.scratch, run.folder, run.story) as stage:
        run.stage = stage
        run.sound = stage.start_sound(speak=not on_screen())
        run.story.say(run.sound)
        scene = script.guide(stage) if run.action is None else script.play(stage, run.action)
        await _until_closed(stage, scene, live=run.action is None)


async def _until_closed(stage: DemoStage, scene: Coroutine[None, None, None], *, live: bool) -> None:
    """Play the scene to its end, or until the window is closed, which ends a live demo as it should."""
    playing, closing = asyncio.ensure_future(scene), asyncio.ensure_future(stage.app.done.wait())
    try:
        await asyncio.wait((playing, closing), return_when=asyncio.FIRST_COMPLETED)
        if playing.done():
            playing.result()
        elif not live:
            raise MissingError("the window was closed before the end")
    finally:
        playing.cancel()
        closing.cancel()
        await asyncio.gather(playing, closing, return_exceptions=True)


def _report(run: Run, keep: Path | None) -> int:
    """Listen to the recordings, read the trace, judge, tell."""
    if run.folder is None:
        return _tell_missing(run)
    recordings = {
        name: read_recording(run.folder / f"{name}.wav", run.story.moments.get(f"{name}.wav", 0.0))
        for name in RECORDINGS
    }
    evidence = Evidence(
        beep(),
        run.story.moments,
        recordings,
        wire.read_trace(run.folder / SIP_LOG),
        run.stage.caller1.sip_call_id if run.stage else "",
        run.stage.caller2.sip_call_id if run.stage else "",
        run.stage.voicemail.address if run.stage else "",
        run.missing,
    )
    measured = measure_beep(evidence)
    checks = judge(evidence, run.action, measured) if run.action else []
    report = Report(run.action, run.sound, run.story, what_was_heard(recordings, measured), measured, checks)
    for line in report.lines():
        _print(line)
    if keep:
        report.save(run.folder)
        _print(f"Recordings, pictures and trace are in {keep}.")
    return max(DONE if report.ok else FAILED, _tell_missing(run))


def _tell_missing(run: Run) -> int:
    if run.missing:
        print(f"softphone: {run.missing}", file=sys.stderr)  # noqa: T201
    return FAILED if run.missing else DONE


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201
