"""The whole session under random fire: arrivals, cancels, clicks, hang-ups, timers, engine deaths, setting changes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from softphone.errors import RefusedError
from softphone.model.actions import (
    Action,
    Choose,
    MuteBeep,
    RequestHangUp,
    RequestHold,
    RequestResume,
    SetStatus,
)
from softphone.model.call import CallStatus
from softphone.model.call_record import Outcome
from softphone.model.profile import AgentStatus, NoAnswer, UserQueue
from softphone.model.tone import ToneKind
from softphone.model.view import PromptKind
from softphone.policy.rule.call_waiting import Situation, Treatment, decide

from .agent import DIRECT, QUEUE, Agent

anything = st.integers(0, 5039)  # divides evenly by whatever is to choose from
mostly = st.sampled_from([True] * 5 + [False])
MAY_RING = {
    CallStatus.RINGING: {Treatment.RING},
    CallStatus.WAITING: {Treatment.CALL_WAITING},
    CallStatus.QUEUED: {Treatment.QUEUE_SILENTLY},
}
BUSY = {
    CallStatus.DIALING,
    CallStatus.ANSWERING,
    CallStatus.ACTIVE,
    CallStatus.HOLDING,
    CallStatus.HELD,
    CallStatus.RESUMING,
}


class SessionMachine(RuleBasedStateMachine):
    """Rules are what the world can do; invariants are what must be true whatever it does."""

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.agent = Agent()
        self.loop.run_until_complete(self.agent.session.start())
        self.appeared: list[str] = []
        self.settings_now = (True, False)
        self.settings_at_arrival: dict[str, tuple[bool, bool]] = {}

    # -- what can happen

    @precondition(lambda self: self.agent.user_agent.legs)
    @rule(which=anything)
    def the_network_moves(self, which: int) -> None:
        """A call ends, an answer is acknowledged, a re-INVITE is answered: one of those that can be."""
        phone = self.agent.user_agent
        moves: list[Callable[[], None]] = []
        for call, leg in phone.legs.items():
            moves.append(partial(phone.end, call))
            if (leg.answered or leg.outgoing) and not leg.up and not leg.ending:
                moves += [partial(phone.acknowledge, call)] * 4
            if leg.asked and not leg.ending:
                moves += [partial(phone.accept_reinvite, call)] * 3
                moves += [partial(phone.refuse_reinvite, call, code) for code in (408, 488, 491, 500)]
        moves[which % len(moves)]()

    @precondition(lambda self: len(self.agent.user_agent.legs) < 4)
    @rule(direct=mostly)
    def somebody_calls(self, direct: bool) -> None:
        call = self.agent.called(DIRECT if direct else QUEUE)
        self.appeared.append(call)
        self.settings_at_arrival[call] = self.settings_now

    @precondition(lambda self: self.agent.user_agent.legs)
    @rule(seconds=st.sampled_from([0.1, 0.1, 1.0, 2.5, 61.0]))
    def time_passes(self, seconds: float) -> None:
        self.agent.clock.turn(seconds)

    @precondition(lambda self: self.agent.session.view.prompt and self.agent.session.view.prompt.choices)
    @rule(which=anything)
    def the_agent_clicks(self, which: int) -> None:
        prompt = self.agent.session.view.prompt
        assert prompt is not None
        choice = prompt.choices[which % len(prompt.choices)]
        self.agent.session.act(Choose(prompt.callers[0].id, choice))

    @precondition(lambda self: self.agent.session.view.calls)
    @rule(which=anything, kind=st.sampled_from([RequestHold, RequestResume, RequestHangUp]))
    def the_agent_works_on_a_call(self, which: int, kind: type[RequestHold | RequestResume | RequestHangUp]) -> None:
        calls = self.agent.session.view.calls
        self._ask(kind(calls[which % len(calls)].id))

    @rule(which=anything)
    def something_rare(self, which: int) -> None:
        """Dialling, another status, a muted beep, other settings, a dead engine."""
        rare = (
            self._dial,
            partial(self.agent.session.act, SetStatus(AgentStatus.DO_NOT_DISTURB)),
            partial(self._ask, MuteBeep(True)),
            partial(self._profile, False, False),
            partial(self._profile, True, True),
            self.agent.user_agent.die,
        )
        usual = (
            partial(self.agent.session.act, SetStatus(AgentStatus.AVAILABLE)),
            partial(self._ask, MuteBeep(False)),
            partial(self._profile, True, False),
        )
        (rare + usual * 3)[which % (len(rare) + 3 * len(usual))]()

    def _dial(self) -> None:
        if len(self.agent.user_agent.legs) < 4:
            with contextlib.suppress(RefusedError):  # a call is up
                self.appeared.append(self.agent.session.dial("sip:x@example.com"))

    def _profile(self, call_waiting: bool, bypass: bool) -> None:
        queue = UserQueue(bypass, 60, NoAnswer.VOICEMAIL, "sip:vm@example.com")
        self.agent.profile(call_waiting=call_waiting, queue=queue)
        self.settings_now = (call_waiting, bypass)

    def _ask(self, action: Action) -> None:
        before = self.agent.session.view
        try:
            self.agent.session.act(action)
            assert before.can(action), "what is accepted is what was offered"
        except RefusedError as refused:
            assert not before.can(action), "what is offered is accepted"
            assert str(refused).endswith(".")
            assert self.agent.session.view == before, "a refused request has changed something"

    # -- what is always true

    @invariant()
    def at_most_one_call_is_heard(self) -> None:
        legs = self.agent.user_agent.legs
        heard = [call for call, leg in legs.items() if leg.up and not leg.ending and not leg.cut]
        assert len(heard) <= 1, heard

    @invariant()
    def every_call_is_shown_or_logged_once(self) -> None:
        live = set(self.agent.user_agent.legs)
        self.agent.session._parts.recorder.close()  # a minute is over: who was refused unseen is written down, too
        logged = [record.call for record in self.agent.log.records]
        assert len(logged) == len(set(logged)), "a call was logged twice"
        assert live.isdisjoint(logged)
        self._every_call_is_among(live)

    def _every_call_is_among(self, live: set[str]) -> None:
        """A line of callers who were refused unseen in one moment is of several calls, and has the id of the first."""
        lines = self.agent.log.records
        assert live | {line.call for line in lines} <= set(self.appeared)
        assert len(live) + sum(line.times for line in lines) == len(self.appeared)
        assert all(line.times == 1 or line.rule or line.outcome is Outcome.BUSY for line in lines)

    @invariant()
    def the_prompt_is_up_exactly_while_somebody_waits(self) -> None:
        view = self.agent.session.view
        offered = {call.id for call in view.calls if call.status in (CallStatus.RINGING, CallStatus.WAITING)}
        shown = {offer.id for offer in view.prompt.callers} if view.prompt else set()
        assert shown == offered

    @invariant()
    def whoever_waits_waits_as_the_table_says(self) -> None:
        view = self.agent.session.view
        situation = Situation.ON_A_CALL if {call.status for call in view.calls} & BUSY else Situation.FREE
        if view.agent_status is not AgentStatus.AVAILABLE:
            situation = Situation.AWAY
        for call in view.calls:
            if call.status in MAY_RING:
                call_waiting, bypass = self.settings_at_arrival[call.id]
                rule = decide(situation, direct=call.direct, call_waiting=call_waiting, bypass=bypass)
                assert rule.treatment in MAY_RING[call.status]

    @invariant()
    def the_right_tone_sounds(self) -> None:
        prompt, tones = self.agent.session.view.prompt, self.agent.user_agent.tones
        beeping = prompt is not None and prompt.kind is PromptKind.CALL_WAITING and not prompt.beep_muted
        assert (ToneKind.BEEP in tones) == beeping
        assert (ToneKind.RING in tones) == (prompt is not None and prompt.kind is PromptKind.RINGING)

    @invariant()
    def nobody_waits_without_an_end(self) -> None:
        view = self.agent.session.view
        if view.prompt is not None:
            assert all(offer.deadline > self.agent.clock.monotonic() for offer in view.prompt.callers)

    @invariant()
    def watchers_have_the_present_picture(self) -> None:
        assert not self.agent.views or self.agent.views[-1] == self.agent.session.view

    def teardown(self) -> None:
        if not hasattr(self, "agent"):
            return
        self.loop.run_until_complete(self.agent.session.stop())
        self.loop.close()
        self._every_call_is_among(set())  # every arrival ends in exactly one outcome
        assert not self.agent.clock.timers, "a timer outlives the session"


SessionMachine.TestCase.settings = settings(max_examples=300, stateful_step_count=50, deadline=None)
TestSession = SessionMachine.TestCase
