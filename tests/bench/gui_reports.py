"""What the two Qt processes of the benchmark say and hear over their pipes."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict

from tests.gui_watchdog import GuiWatchdog


def say(**values: object) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


async def lines() -> AsyncIterator[str]:
    """Commands on stdin, until it is closed."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield line.decode().strip()


def held(watchdog: GuiWatchdog) -> dict[str, object]:
    """Everything the watchdog saw."""
    return {"longest": asdict(watchdog.longest), "holds": [asdict(hold) for hold in watchdog.holds]}
