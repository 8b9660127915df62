"""The team as a session needs it: its held callers, who is there, and the line to the database that tells so."""

from __future__ import annotations

from dataclasses import dataclass

from softphone.ports import HeldCalls, Presence, TeamLink


@dataclass(frozen=True, slots=True)
class TeamPorts:
    """The three ports of the team's list."""

    held_calls: HeldCalls
    presence: Presence
    link: TeamLink
