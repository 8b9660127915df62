"""One call in the agent's hands: its phases and which phase may follow which."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from softphone.model.call_record import Direction, Outcome
from softphone.model.profile import NoAnswer
from softphone.model.sip import Header
from softphone.model.ua_commands import Dial


class Phase(StrEnum):
    """Where a call stands for this agent (not the SIP transaction state: that is the user agent's)."""

    RINGING = "ringing"  # at the prompt of a free agent
    WAITING = "waiting"  # at the prompt as call waiting
    QUEUED = "queued"  # waits silently
    ACCEPTED = "accepted"  # the agent has said yes, another call is being put on hold first
    ANSWERING = "answering"  # 200 sent, no ACK yet
    DIALING = "dialing"
    ACTIVE = "active"
    HOLDING = "holding"  # hold asked for, not yet confirmed; its sound is already cut
    HELD = "held"
    RESUMING = "resuming"
    BRIDGED = "bridged"  # another agent talks to the caller through this softphone; also the leg to that agent
    ENDING = "ending"  # a final answer, BYE or CANCEL is on its way


class CallStatus(StrEnum):
    """A call's phase as people see it; what can be done with the call is ``SessionView.possible``."""

    DIALING = "dialing"
    RINGING = "ringing"  # at the prompt of a free agent
    WAITING = "waiting"  # at the prompt as call waiting
    QUEUED = "queued"  # waits silently
    ANSWERING = "answering"  # the agent has said yes; the line is being switched
    ACTIVE = "active"
    HOLDING = "holding"  # a hold has been asked for; the other side has not confirmed it yet
    HELD = "held"
    RESUMING = "resuming"  # the end of the hold has been asked for
    BRIDGED = "bridged"  # another agent talks to this caller through our softphone
    ENDING = "ending"


UNANSWERED = frozenset({Phase.RINGING, Phase.WAITING, Phase.QUEUED})
"""Callers nobody has decided on: the rule is applied to them again whenever the agent's situation changes."""

FOREGROUND = frozenset({Phase.ANSWERING, Phase.DIALING, Phase.ACTIVE, Phase.HOLDING, Phase.RESUMING})
"""The call the agent is busy with; “the current call” of the prompt."""

LINE_IN_USE = (FOREGROUND - {Phase.HOLDING}) | {Phase.ACCEPTED}
"""Takes the agent's ear, or is about to. At most one call is in these phases."""

ON_A_CALL = FOREGROUND | {Phase.ACCEPTED, Phase.HELD}

_UNANSWERED_MOVES = UNANSWERED | {Phase.ACCEPTED, Phase.ANSWERING, Phase.ENDING}

TRANSITIONS: dict[Phase, frozenset[Phase]] = {
    Phase.RINGING: _UNANSWERED_MOVES,
    Phase.WAITING: _UNANSWERED_MOVES,
    Phase.QUEUED: _UNANSWERED_MOVES,
    Phase.ACCEPTED: UNANSWERED | {Phase.ANSWERING, Phase.DIALING, Phase.ENDING},
    Phase.ANSWERING: frozenset({Phase.ACTIVE, Phase.ENDING}),
    Phase.DIALING: frozenset({Phase.ACTIVE, Phase.ENDING}),
    Phase.ACTIVE: frozenset({Phase.HOLDING, Phase.ENDING}),
    Phase.HOLDING: frozenset({Phase.HELD, Phase.ACTIVE, Phase.RESUMING, Phase.ENDING}),
    Phase.HELD: frozenset({Phase.RESUMING, Phase.BRIDGED, Phase.ENDING}),
    Phase.RESUMING: frozenset({Phase.ACTIVE, Phase.HELD, Phase.HOLDING, Phase.ENDING}),
    Phase.BRIDGED: frozenset({Phase.HELD, Phase.ENDING}),
    Phase.ENDING: frozenset(),
}


class IllegalTransitionError(Exception):
    """What was asked for does not fit the state of things; nothing has changed. The text is for people."""


class TransferKind(StrEnum):
    """Why the other side of a call is sent to another address."""

    PICKUP = "pickup"  # an agent who has claimed the caller
    TRANSFER = "transfer"  # the agent's own wish
    PARK = "park"  # a server's park orbit holds the caller in our place


@dataclass(frozen=True, slots=True)
class Transfer:
    """The other side is being sent elsewhere by REFER; until that has worked the call is still ours.

    *target* is a SIP URI, *name* who that is for people, *by* the claimer's login for a pickup.
    *bridge* is the claimer's own call to us where the other side refuses REFER.
    """

    kind: TransferKind
    target: str
    name: str
    by: str = ""
    bridge: str = ""


@dataclass(frozen=True, slots=True)
class NoAnswerPlan:
    """Where this caller goes if nobody answers, settled when they arrive.

    *target* is a SIP URI (empty for NoAnswer.HANG_UP), *owner* the SIP URI of the agent who was called,
    *diversions* the Diversion headers the call came with, *why* a sentence when the wish could not be kept.
    """

    kind: NoAnswer
    target: str
    owner: str
    diversions: tuple[Header, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A call and what was settled about it on arrival."""

    id: str
    direction: Direction
    phase: Phase
    direct: bool = False
    call_waiting: bool = False
    bypass: bool = True
    plan: NoAnswerPlan | None = None
    outcome: Outcome | None = None  # how it will be logged once it has ended
    why: str = ""  # the rule's reason, in words
    rule: str = ""  # id of the rule that decided last
    talked: bool = False
    held_for_anyone: bool = False
    remote_held: bool = False
    remote_ringing: bool = False
    ring_time_over: bool = False  # the ring time ran out while the agent's yes was being carried out
    attempts: int = 0  # re-INVITEs sent for the present hold or resume
    retry_due: bool = False  # no re-INVITE is under way: the next one waits for its timer
    instead_of: str = ""  # the call that was put on hold to answer this one
    unseen: bool = False  # refused as it came: nothing rang, nobody was shown it
    last_resort: bool = False  # the answer of last resort (480) has been sent
    dial: Dial | None = None  # what is to be sent once the way to an outgoing call is clear
    transfer: Transfer | None = None
    continued_by: str = ""  # login of the agent who goes on with the caller
    listed: bool = False  # held for anyone and in the team's list
    watched: bool = False  # held for anyone with reminder and recall running
    park_tried: bool = False  # the park orbit has been asked
    bridge_for: str = ""  # this is a claimer's call to us; the held call it is to be joined with

    def to(self, phase: Phase) -> Call:
        """The same call in *phase*. Raises IllegalTransitionError when the table has no such step."""
        if phase not in TRANSITIONS[self.phase]:
            raise IllegalTransitionError(f"a call that is {self.phase} cannot become {phase}")
        return replace(self, phase=phase)
