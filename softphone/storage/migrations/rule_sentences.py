"""What the call log said of a rule before schema 0005, which keeps its id instead: sentences are reworded, ids are not.

A migration is history: these literals stay as they are, whatever the rules of today say.
"""

from __future__ import annotations

_BUSY, _AWAY = "The agent was on a call", "The agent was not available"

RULE_SENTENCES = {
    "The agent was free.": "free",
    f"{_BUSY} and the user queue is bypassed while no agent is available.": "busy-bypass",
    f"{_BUSY}, the number is their direct line and call waiting is on.": "busy-call-waiting",
    f"{_BUSY} and call waiting is off: the caller waits until the agent is free.": "busy-queue",
    f"{_BUSY} and the dialled number is not their direct line.": "busy-not-direct",
    f"{_AWAY} and the user queue is bypassed while no agent is available.": "away-bypass",
    f"{_AWAY}: the caller waits until they are.": "away-queue",
    f"{_AWAY} and the dialled number is not their direct line.": "away-not-direct",
}


def rule_told_by(explanation: str) -> str:
    """The id of the rule whose sentence this entry begins with; empty when it begins with none."""
    return next((rule for sentence, rule in RULE_SENTENCES.items() if explanation.startswith(sentence)), "")
