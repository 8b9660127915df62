"""``softphone demo --team``: a team on this machine, from the database to the last call, and a verdict."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path

from softphone.demo.evidence import Check
from softphone.demo.team.play import Play
from softphone.demo.team.programs import DidNotHappenError
from softphone.demo.team.stage import TeamStage, open_stage
from softphone.demo.team.timeline import Timeline
from softphone.demo.team.verdict import judge
from softphone.errors import UserFacingError

DONE, FAILED, INTERRUPTED = 0, 1, 130
RESULT = "result.json"


def run_team_demo(*, keep: Path | None) -> int:
    """Run it; its exit status is 0 only if everything happened as it should. Raises UserFacingError."""
    if sys.platform == "win32":
        raise UserFacingError("The team's demo needs PostgreSQL and Kamailio on a Debian system.")
    timeline = Timeline(_print)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # everything is taken down then, too
    try:
        with _scratch() as folder:
            checks = _perform(folder, timeline, pictures=keep is not None)
            if keep is not None:
                _keep(folder, keep, timeline, checks)
    except KeyboardInterrupt:
        _print("The demo was interrupted.")
        return INTERRUPTED
    _print("Verdict:")
    for check in checks:
        _print(f"  {'ok     ' if check.ok else 'MISSING'}  {check.name}: {check.detail}")
    _print(f"The whole of it took {time.monotonic() - timeline.began:.0f} seconds.")
    return DONE if all(check.ok for check in checks) else FAILED


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder that the database's own user may pass through, and nobody else's business."""
    with tempfile.TemporaryDirectory(prefix="softphone-team-") as name:
        folder = Path(name)
        if os.getuid() == 0:
            folder.chmod(0o711)
        yield folder


def _perform(folder: Path, timeline: Timeline, *, pictures: bool) -> list[Check]:
    """Everybody comes, plays, and is judged before they go."""
    try:
        with open_stage(folder, timeline.hear, _print) as stage, ExitStack() as customers:
            play = Play(stage, timeline, pictures=pictures)
            return judge(stage, timeline, play.outcome, _missing(play, customers, stage))
    except DidNotHappenError as missing:  # on the way there
        return [Check("sequence", ok=False, detail=str(missing))]


def _missing(play: Play, customers: ExitStack, stage: TeamStage) -> str:
    """What the story got stuck at; empty when it came to its end."""
    try:
        play.perform(customers)
    except (DidNotHappenError, UserFacingError) as missing:
        states = {phone.login: phone.states for phone in stage.office.phones}
        return f"{missing} (calls at that moment: {states})"
    return ""


def _keep(folder: Path, keep: Path, timeline: Timeline, checks: list[Check]) -> None:
    """Recordings, pictures, traces and logs; none of them holds a password."""
    try:
        keep.mkdir(parents=True, exist_ok=True)
        for name in ("agent1", "agent2", "agent3"):
            _copy(folder / name / "MainWindow.png", keep / f"{name}.png")
            _copy(folder / name / "heard.wav", keep / f"{name}.wav")
            _copy(folder / name / "data" / "logs" / "sip.log", keep / f"{name}-sip.log")
            _copy(folder / name / "data" / "logs" / "softphone.log", keep / f"{name}.log")
        for name in ("kamailio/kamailio.log", "postgresql/postgresql.log"):
            _copy(folder / name, keep / Path(name).name)
        result = {
            "ok": all(check.ok for check in checks),
            "timeline": [asdict(entry) | {"at": round(entry.at - timeline.began, 3)} for entry in timeline.entries],
            "checks": [asdict(check) for check in checks],
        }
        (keep / RESULT).write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise UserFacingError(f"{keep} cannot be written: {error.strerror}.") from error
    _print(f"Recordings, pictures and logs are in {keep}.")


def _copy(source: Path, target: Path) -> None:
    if source.exists():
        shutil.copyfile(source, target)


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201
