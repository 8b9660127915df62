"""Answers of ``softphone ctl`` for people: a few lines instead of JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from softphone.model.printable import printable

Entry = Mapping[str, object]


def in_words(result: object) -> str:
    """A status, the team or the log as lines, any other answer as ``name: value``, nothing for nothing."""
    result = _shown(result)
    if isinstance(result, list):
        return "\n".join(_log_line(cast("Entry", entry)) for entry in result)
    if not isinstance(result, dict):
        return "" if result is None else str(result)
    if "calls" in result:
        return "\n".join(_status_lines(cast("Entry", result)))
    if "colleagues" in result:
        return "\n".join(_team_lines(cast("Entry", result)))
    return "\n".join(f"{name}: {value}" for name, value in result.items())


def _shown(value: object) -> object:
    """A name or a note that a caller or a colleague has chosen is one piece of one line, whatever is in it."""
    if isinstance(value, dict):
        return {_shown(name): _shown(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_shown(part) for part in value]
    return printable(value) if isinstance(value, str) else value


def _status_lines(status: Entry) -> list[str]:
    lines = [f"{status['agent_status']}, {_registration(status)}{', muted' if status['muted'] else ''}"]
    lines += [
        f"{call['id']}  {call['state']}{' for anyone' if call['held_for_anyone'] else ''}  {_party(call)}"
        for call in _entries(status, "calls")
    ]
    lines += [
        f"{offer['id']}  called {offer['label'] or offer['tracking_number'] or 'this phone'}; "
        f"{offer['next']} in {offer['seconds_left']:.0f} s"
        for offer in _entries(status, "waiting")
    ]
    if status["queued"]:
        lines.append(f"queued silently: {status['queued']}")
    return lines + _team_lines(status)


def _team_lines(answer: Entry) -> list[str]:
    team = cast("Entry", answer["team"])
    lines = [str(team["problem"])] if team["problem"] else []
    lines += [_held_line(held) for held in _entries(answer, "held_calls")]
    return lines + [f"{each['name']}: {each['availability']}" for each in _entries(answer, "colleagues")]


def _held_line(held: Entry) -> str:
    state = f", {held['claimed_by']} is picking up" if held["claimed_by"] else ""
    note = f"; {held['note']}" if held["note"] else ""
    return (
        f"{held['id']}  held for anyone by {held['holder_name']} for {held['seconds_held']:.0f} s{state}  "
        f"{_party(held)}{note}"
    )


def _log_line(entry: Entry) -> str:
    arrow = "<-" if entry["direction"] == "incoming" else "->"
    onward = f", continued by {entry['continued_by']}" if entry["continued_by"] else ""
    from_whom = f", picked up from {entry['continues']}" if entry["continues"] else ""
    who = entry["remote_name"] or entry["remote"]
    return f"{entry['arrived']}  {entry['agent']} {arrow} {who}  {entry['outcome']}{onward}{from_whom}"


def _entries(answer: Entry, name: str) -> list[Entry]:
    return cast("list[Entry]", answer[name])


def _registration(status: Entry) -> str:
    if status["registration"] == "none":
        return "no registrar"
    return str(status["registration_text"] or status["registration"])


def _party(call: Entry) -> str:
    return " ".join(str(part) for part in (call["remote_name"], call["remote_number"]) if part) or str(call["remote"])
