"""Follows what travels through the softphone, file by file, in both of its processes.

A *parcel* is a value that carries something on: an event, an action, a command, a record to be saved, the view, an id.
A file is on the way when a function in it is handed a parcel. Values know how to read themselves, so the model is no
station.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(__file__).with_name("walk_site")
NO_STATIONS = ("softphone/model/",)
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Step:
    """A function of *file* was handed a parcel of the class *parcel*, at a moment of ``time.monotonic()``."""

    at: float
    file: str
    function: str
    parcel: str


def environment(file: Path) -> dict[str, str]:
    """What a process needs to be told in order to write its steps to *file*; its children do so, too."""
    path = os.pathsep.join(filter(None, (str(SITE), str(ROOT), os.environ.get("PYTHONPATH"))))
    return {"WALK_FILE": str(file), "PYTHONPATH": path}


def begin(file: str) -> None:
    """From now on every step of this process is a line of *file*."""
    out = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def look(frame: FrameType, event: str, _arg: object) -> None:
        if event != "call" or not (station := _station(frame.f_code.co_filename)):
            return
        for value in list(frame.f_locals.values()):
            if parcel := _parcel(value):
                step = (repr(time.monotonic()), station, frame.f_code.co_name, parcel)
                os.write(out, ("\t".join(step) + "\n").encode())
                return

    threading.setprofile(look)
    sys.setprofile(look)


def _parcel(value: object) -> str:
    """What *value* is called as a parcel: its class, or itself when it is an id; empty when it is none."""
    if isinstance(value, str):
        return value if _ID.fullmatch(value) else ""
    name = type(value).__name__
    return name if name in PARCELS else ""


def _station(filename: str) -> str:
    """The file's path within the project; empty when it is none of the product's, or no station."""
    if not filename.startswith(str(ROOT)):
        return ""
    path = filename[len(str(ROOT)) + 1 :].replace(os.sep, "/")
    return path if path.startswith(("softphone/", "ui/")) and not path.startswith(NO_STATIONS) else ""


def steps(file: Path, parcels: Iterable[str], since: float = 0.0, until: float = float("inf")) -> list[Step]:
    """What was written to *file* about *parcels* between two moments, in the order in which it happened."""
    wanted = set(parcels)
    lines = (line.split("\t") for line in file.read_text().splitlines())
    found = [Step(float(at), path, function, parcel) for at, path, function, parcel in lines]
    return sorted((s for s in found if s.parcel in wanted and since <= s.at <= until), key=lambda s: s.at)


def documented(heading: str) -> list[str]:
    """The walk under this heading of the architecture's page."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = page.partition(f"### {heading}\n")[2].partition("\n\n")[0]
    return re.findall(r"^\d+\. `([^`]+)`", section, re.M)


WATCHERS = (
    "softphone/session/journal.py",
    "softphone/session/control/report.py",
    "softphone/storage/call_log/viewer.py",  # whose calls the log shows: it may be read at any moment
)
"""Files that note what passes, or are asked about it, and hand nothing on."""


def way_to(end: str, way: Iterable[Step]) -> list[str]:
    """The files entered until *end* is, in order."""
    entered = stations(way)
    return entered[: entered.index(end) + 1]


def stations(way: Iterable[Step]) -> list[str]:
    """The files in the order in which they were entered; one that is entered again stands there again.

    Those that only watch are no part of it, and a coroutine that goes on is not entered anew.
    """
    entered: list[str] = []
    known: set[tuple[str, str, str]] = set()
    for step in way:
        again = (step.file, step.function, step.parcel) in known
        known.add((step.file, step.function, step.parcel))
        if step.file not in WATCHERS and not again and (not entered or entered[-1] != step.file):
            entered.append(step.file)
    return entered


PARCELS = frozenset(
    {
        "OnIncomingCallParam",
        "IncomingCall",
        "Arrived",
        "SessionView",
        "PromptView",
        "CallerView",
        "OfferView",
        "Choose",
        "Hold",
        "HoldConfirmed",
        "Respond",
        "UserProfile",
        "Team",
        "UserAction",
    }
)
