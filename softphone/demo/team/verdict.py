"""Did the team do what it promises? Judged by recordings, call logs and what the phones said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from softphone.demo.analysis import heard_seconds
from softphone.demo.evidence import SETTLING_SECONDS, Check
from softphone.demo.team.customers import RATE as NARROW
from softphone.demo.team.play import PlayResult
from softphone.demo.team.stage import TeamStage
from softphone.demo.team.timeline import Timeline
from softphone.demo.team.voices import RATE, VOICES, listen

HEARD_SECONDS = 1.5


def judge(stage: TeamStage, timeline: Timeline, outcome: PlayResult, missing: str) -> list[Check]:
    """Every check; the first says whether the story came to its end."""
    checks = [Check("sequence", not missing, missing or "every step happened")]
    return checks if missing else [*checks, *_sound(stage, timeline, outcome), *_facts(outcome), *_logs(outcome)]


def _sound(stage: TeamStage, timeline: Timeline, outcome: PlayResult) -> Iterator[Check]:
    phones = {phone.login: phone.heard for phone in stage.office.phones}
    yield _hears(timeline, "first call", "agent1", phones["agent1"], RATE, "Alice")
    yield _hears(timeline, "picked up", outcome.winner, phones[outcome.winner], RATE, "Alice")
    yield _hears(timeline, "picked up", "Alice", stage.alice.heard, NARROW, outcome.winner)
    yield _hears(timeline, "picked up", "agent1", phones["agent1"], RATE, "Bob")
    yield _hears(timeline, "second call", "agent1", phones["agent1"], RATE, "Bob")


def _hears(timeline: Timeline, moment: str, who: str, file: Path, rate: int, whom: str) -> Check:
    start, end = timeline.marks[moment] + SETTLING_SECONDS, timeline.marks[f"end of {moment}"]
    seconds = heard_seconds(listen(file, rate).between(start, end), VOICES[whom])
    return Check(f"{moment}: {who} hears {whom}", seconds >= HEARD_SECONDS, f"for {seconds:.1f} s")


def _facts(outcome: PlayResult) -> Iterator[Check]:
    yield Check("one agent has the held caller", bool(outcome.winner), f"{outcome.winner} does")
    yield Check("the other is told so", "was faster" in outcome.refusal, outcome.refusal)
    yield Check("agent1 is rid of the call", outcome.agent1_released, "the old leg is gone")
    yield Check("the queue's caller", outcome.queue_taken_by == outcome.loser, f"talks to {outcome.queue_taken_by}")
    yield Check("voicemail", "reason=deflection" in outcome.mailbox, "the box is told who sent the caller, and why")
    yield Check("recall", outcome.recalled, "agent1 is reminded of the caller on hold")


def _logs(outcome: PlayResult) -> Iterator[Check]:
    for login, lines in outcome.logs.items():
        yield Check(f"call log at {login}", *_alices_way(lines, outcome.winner, mine=login == outcome.winner))


def _alices_way(lines: list[dict[str, object]], winner: str, *, mine: bool) -> tuple[bool, str]:
    """Everybody sees that agent1 gave her away, and to whom; the winner sees their own call, too."""
    alice = [line for line in lines if line["remote_name"] == "Alice"]
    given = [line for line in alice if line["agent"] == "agent1" and line["outcome"] == "picked-up"]
    taken = [line for line in alice if line["agent"] == winner and line["continues"] == "agent1"]
    ok = len(given) == 1 and len(taken) == mine and given[0]["continued_by"] == winner
    return ok, f"Alice: agent1, continued by {winner}" if ok else f"Alice's lines: {alice}"
