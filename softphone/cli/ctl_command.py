"""``softphone ctl``: one request to the running app."""

from __future__ import annotations

import contextlib
from pathlib import Path

from softphone.cli.ctl_words import in_words
from softphone.cli.terminal import say
from softphone.config.paths import DataDirectory
from softphone.model.printable import printable_json
from ui.app.control_client import ControlClient


def control(data_dir: Path | None, verb: str, arg: str, call: str, *, as_json: bool) -> int:
    """Carry *verb* out in the app of *data_dir* and print what it answers."""
    with ControlClient(DataDirectory(data_dir).control_socket) as client:
        if verb == "events":
            return _stream(client)
        more = {"call": call} if call else {}
        result = client.request(verb, arg, **more)
    say(printable_json(result) if as_json else in_words(result))
    return 0


def _stream(client: ControlClient) -> int:
    """Until the app ends or Ctrl+C: each is an end as it should be."""
    with contextlib.suppress(KeyboardInterrupt):
        for event in client.events():
            say(printable_json(event))
    return 0
