"""``softphone ctl``: one request to the running app."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from softphone.config.paths import DataDirectory
from ui.control_client import ControlClient


def control(data_dir: Path | None, verb: str, arg: str, call: str, *, as_json: bool) -> int:
    """Carry *verb* out in the app of *data_dir* and print what it answers."""
    with ControlClient(DataDirectory(data_dir).control_socket) as client:
        if verb == "events":
            return _stream(client)
        more = {"call": call} if call else {}
        result = client.request(verb, arg, **more)
    _print(json.dumps(result, ensure_ascii=False) if as_json else in_words(result))
    return 0


def _stream(client: ControlClient) -> int:
    """Until the app ends or Ctrl+C: each is an end as it should be."""
    with contextlib.suppress(KeyboardInterrupt):
        for event in client.events():
            _print(json.dumps(event, ensure_ascii=False))
    return 0


def _print(text: str) -> None:
    if text:
        print(text, flush=True)  # noqa: T201


def in_words(result: object) -> str:
    """An answer for people: a status as a few lines, anything else as ``name: value``, nothing for nothing."""
    if not isinstance(result, dict):
        return "" if result is None else str(result)
    if "calls" in result:
        return "\n".join(_status_lines(cast("Mapping[str, object]", result)))
    return "\n".join(f"{name}: {value}" for name, value in result.items())


def _status_lines(status: Mapping[str, object]) -> list[str]:
    lines = [f"{status['agent_status']}, {_registration(status)}{', muted' if status['muted'] else ''}"]
    lines += [
        f"{call['id']}  {call['state']}{' for anyone' if call['held_for_anyone'] else ''}  {_party(call)}"
        for call in cast("list[dict[str, object]]", status["calls"])
    ]
    lines += [
        f"{offer['id']}  called {offer['label'] or offer['tracking_number'] or 'this phone'}; "
        f"{offer['next']} in {offer['seconds_left']:.0f} s"
        for offer in cast("list[dict[str, object]]", status["waiting"])
    ]
    if status["queued"]:
        lines.append(f"queued silently: {status['queued']}")
    return lines


def _registration(status: Mapping[str, object]) -> str:
    if status["registration"] == "none":
        return "no registrar"
    return str(status["registration_text"] or status["registration"])


def _party(call: Mapping[str, object]) -> str:
    return " ".join(str(part) for part in (call["remote_name"], call["remote_number"]) if part) or str(call["remote"])
