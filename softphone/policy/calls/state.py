"""The state of call control: every live call in order of arrival, and the one change-over that may be under way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from softphone.model.call import FOREGROUND, LINE_IN_USE, ON_A_CALL, UNANSWERED, Call, IllegalTransitionError, Phase
from softphone.model.profile import AgentStatus
from softphone.policy.calls.events import Command, Finish, HoldRules, StopTimer, Timer, TimerKind
from softphone.policy.rule.call_waiting import Situation


@dataclass(frozen=True, slots=True)
class Switch:
    """The agent changes over: *leaving* is being put on hold so that *to* can be answered or resumed."""

    leaving: str
    to: str


@dataclass(frozen=True, slots=True)
class State:
    """Frozen, hashable: the whole machine can be walked. *problem* is what the prompt has to say.

    *call_limit* is how many calls the engine can carry at once; 4 until it has told.
    """

    calls: tuple[Call, ...] = ()
    status: AgentStatus = AgentStatus.AVAILABLE
    switch: Switch | None = None
    beep_muted: bool = False
    problem: str = ""
    rules: HoldRules = field(default_factory=HoldRules)
    recalls: tuple[str, ...] = ()  # calls held for anyone whom nobody has picked up in time, in that order
    call_limit: int = 4

    def find(self, call_id: str) -> Call | None:
        """The live call of this id."""
        return next((call for call in self.calls if call.id == call_id), None)

    def call(self, call_id: str) -> Call:
        """The live call of this id. Raises IllegalTransitionError when there is none."""
        if (call := self.find(call_id)) is None:
            raise IllegalTransitionError("that call is over")
        return call

    @property
    def foreground(self) -> Call | None:
        """The call the agent is busy with.

        While a confirmed answer runs ahead of a slow hold there are two; the one being answered counts.
        """
        busy = [call for call in self.calls if call.phase in FOREGROUND]
        return min(busy, key=lambda call: call.phase is Phase.HOLDING, default=None)

    def line_in_use_beside(self, call_id: str) -> Call | None:
        """Another call that has the agent's ear or is about to get it."""
        return next((call for call in self.calls if call.id != call_id and call.phase in LINE_IN_USE), None)

    def line_is_spoken_for(self, call_id: str) -> bool:
        """Whether giving *call_id* the agent's ear would take it from another call, now or in a moment."""
        return self.switch is not None or self.line_in_use_beside(call_id) is not None

    @property
    def at_prompt(self) -> tuple[Call, ...]:
        """Callers the prompt shows, oldest first."""
        return tuple(call for call in self.calls if call.phase in (Phase.RINGING, Phase.WAITING))

    @property
    def is_full(self) -> bool:
        """Whether one more call would be too many."""
        return len(self.calls) >= self.call_limit

    @property
    def situation(self) -> Situation:
        """What the rule table calls this state of affairs; what agents say of themselves goes first."""
        if self.status is not AgentStatus.AVAILABLE:
            return Situation.AWAY
        busy = any(call.phase in ON_A_CALL for call in self.calls)
        return Situation.ON_A_CALL if busy else Situation.FREE


def no_room(state: State) -> str:
    """Why there cannot be one more call, in words; empty when there can."""
    return f"{state.call_limit} calls at once are the limit" if state.is_full else ""


class Turn:
    """One step being taken: the state so far and the commands so far. Discarded when anything raises."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.commands: list[Command] = []

    def want(self, *commands: Command) -> None:
        """Add commands, in order."""
        self.commands.extend(commands)

    def put(self, call: Call) -> Call:
        """Replace the call of the same id, or add it as the newest."""
        others = self.state.calls
        known = self.state.find(call.id) is not None
        calls = tuple(call if other.id == call.id else other for other in others) if known else (*others, call)
        self.state = replace(self.state, calls=calls)
        return call

    def finish(self, call: Call) -> None:
        """Take the call out and have it logged."""
        self.state = replace(self.state, calls=tuple(other for other in self.state.calls if other.id != call.id))
        self.recall(call.id, False)
        outcome = call.outcome
        if outcome is None:
            raise IllegalTransitionError("a call cannot finish without an outcome")
        self.want(*(StopTimer(Timer(kind, call.id)) for kind in TimerKind))
        self.want(
            Finish(
                call.id,
                call.direction,
                outcome,
                call.why,
                call.held_for_anyone,
                continued_by=call.continued_by,
                by_agent=call.phase is Phase.ENDING,
                bridge=bool(call.bridge_for),
                rule=call.rule,
                unseen=call.unseen,
            )
        )

    def switch(self, switch: Switch | None) -> None:
        """Begin or end a change-over."""
        self.state = replace(self.state, switch=switch)

    def recall(self, call_id: str, wanted: bool) -> None:
        """Ask the agent what is to become of this caller, or do so no longer."""
        others = tuple(other for other in self.state.recalls if other != call_id)
        self.state = replace(self.state, recalls=(*others, call_id) if wanted else others)

    def problem(self, text: str) -> None:
        """What the prompt has to say from now on; empty for nothing."""
        self.state = replace(self.state, problem=text)

    def unanswered(self) -> Iterable[Call]:
        """Callers nobody has decided on."""
        return tuple(call for call in self.state.calls if call.phase in UNANSWERED)
