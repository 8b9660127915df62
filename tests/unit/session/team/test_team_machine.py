"""Three agents, their callers and the team's list under random fire: nobody is ever lost between two agents.

Callers are modelled as phones that follow REFER, refuse it, understand Replaces, hang up at any moment. The database
goes away and comes back, a softphone dies. Whatever happened: once things have settled, every caller who has not hung
up talks to somebody or is held by somebody who is there, no row stays claimed, nothing rings that nobody called.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from softphone.errors import RefusedError, UserFacingError
from softphone.model.actions import Choice, Choose, RequestHangUp, RequestHoldForAnyone, RequestResume
from softphone.model.call import CallStatus
from softphone.model.held_call import Dialog
from softphone.model.sip import Header
from tests.fakes.held_calls import FakeTeam
from tests.unit.session.agent import DIRECT
from tests.unit.session.office import Desk, settle

anything = st.integers(0, 5039)
mostly = st.sampled_from([True] * 4 + [False])
LOGINS = ("agent1", "agent2", "agent3")


@dataclass(eq=False)
class Caller:
    """A customer's phone: the legs it has, and what it does when it is sent somewhere."""

    name: str
    follows_refer: bool
    knows_replaces: bool
    legs: dict[tuple[str, str], bool] = field(default_factory=dict)  # (login, call) -> up
    gone: bool = False


class TeamMachine(RuleBasedStateMachine):
    """Rules are what people, phones and machines do; what must hold is checked when all has settled."""

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.team = FakeTeam()
        self.desks = {login: Desk(login, self.team, recall_seconds=0, reminder_seconds=0) for login in LOGINS}
        self.dead: set[str] = set()
        self.callers: list[Caller] = []
        self.pickups: list[asyncio.Task[str]] = []
        self.bridges: dict[tuple[str, str], tuple[str, str]] = {}  # legs at the holder, and at the claimer
        self.run(self._start())

    def run(self, work: Coroutine[Any, Any, object]) -> None:
        self.loop.run_until_complete(work)

    async def _start(self) -> None:
        for desk in self.desks.values():
            await desk.session.start()

    # -- what people do

    @precondition(lambda self: len(self.callers) < 4)
    @rule(which=anything, follows=mostly, replaces=mostly, held=mostly)
    def somebody_calls(self, which: int, follows: bool, replaces: bool, held: bool) -> None:
        """Mostly to be put on hold for anyone, which is where the story begins."""
        login = self._alive()[which % len(self._alive())]
        desk = self.desks[login]
        if desk.session.view.calls:
            return
        caller = Caller(f"caller{len(self.callers)}", follows, replaces)
        call = desk.called(DIRECT, remote=f"<sip:{caller.name}@example.net>")
        caller.legs[login, call] = False
        self.callers.append(caller)
        desk.session.act(Choose(call, Choice.ANSWER))
        self._up(login, call)
        if held:
            desk.session.act(RequestHoldForAnyone(call))
            desk.user_agent.accept_reinvite(call)

    @rule(
        which=anything, kind=st.sampled_from([RequestHoldForAnyone, RequestHoldForAnyone, RequestResume, RequestHangUp])
    )
    def an_agent_does_something(self, which: int, kind: type) -> None:
        for login in self._alive():
            calls = self.desks[login].session.view.calls
            if calls:
                try:
                    self.desks[login].session.act(kind(calls[which % len(calls)].id))
                except RefusedError:
                    continue
                return

    @rule(which=anything, choice=st.sampled_from([None, Choice.HOLD_AND_ANSWER, Choice.HANGUP_AND_ANSWER]))
    def an_agent_picks_up(self, which: int, choice: Choice | None) -> None:
        self._pick_up(which, choice)

    def _pick_up(self, which: int, choice: Choice | None) -> None:
        desk = self.desks[self._alive()[which % len(self._alive())]]
        rows = sorted((row for row in desk.held if not row.call), key=lambda row: row.remote.uri)
        if rows:
            self.pickups.append(self.loop.create_task(desk.session.pick_up(rows[which % len(rows)].id, choice)))
            self.run(settle())

    @precondition(lambda self: any(not caller.gone for caller in self.callers))
    @rule(which=anything)
    def a_caller_hangs_up(self, which: int) -> None:
        present = [caller for caller in self.callers if not caller.gone]
        caller = present[which % len(present)]
        caller.gone = True
        for login, call in tuple(caller.legs):
            self._end(caller, login, call, 487)

    @rule(which=anything)
    def something_rare(self, which: int) -> None:
        if which % 4 == 0:
            self.team.go_offline()
        elif which % 4 < 3 or self.dead:
            self.team.come_back()
        else:
            self._die(LOGINS[which % len(LOGINS)])
        self.run(settle())

    @rule(seconds=st.sampled_from([0.1, 1.0, 5.0, 31.0]))
    def time_passes(self, seconds: float) -> None:
        self._turn(seconds)

    # -- what phones do by themselves

    @rule(which=st.lists(anything, min_size=1, max_size=5))
    def the_network_moves(self, which: list[int]) -> None:
        for number in which:
            if moves := self._moves():
                moves[number % len(moves)]()
                self.run(settle())

    @rule(which=anything, choice=st.sampled_from([Choice.HOLD_AND_ANSWER, Choice.HANGUP_AND_ANSWER]))
    def a_whole_pickup(self, which: int, choice: Choice) -> None:
        """The usual course of things, so that what comes after it is seen too."""
        self._pick_up(which, choice)
        while moves := self._moves():
            moves[0]()
            self.run(settle())

    def _moves(self) -> list:  # type: ignore[type-arg]
        moves = []
        for login in self._alive():
            agent = self.desks[login].user_agent
            for call, leg in tuple(agent.legs.items()):
                if leg.ending:
                    moves.append(lambda login=login, call=call: self._over(login, call))
                elif leg.asked:
                    moves.append(lambda agent=agent, call=call: agent.accept_reinvite(call))
                elif leg.referring:
                    moves.append(lambda login=login, call=call: self._refer(login, call))
                elif leg.answered and not leg.up:
                    moves.append(lambda login=login, call=call: self._up(login, call))
                elif leg.outgoing and not leg.up:
                    moves.append(lambda login=login, call=call: self._dialed(login, call))
        return moves

    def _up(self, login: str, call: str) -> None:
        """The call is established; a caller who was sent here tells so and drops the leg they came from."""
        caller = self._caller_of(login, call)
        agent = self.desks[login].user_agent
        replaces = caller.knows_replaces if caller else False
        agent.acknowledge(
            call, Dialog(f"{login}-{call}", "ours", "theirs", f"sip:{caller.name if caller else 'x'}@c", replaces)
        )
        if caller is None:
            return
        caller.legs[login, call] = True
        for other, leg in tuple(caller.legs):
            if (other, leg) != (login, call) and other not in self.dead:
                self.desks[other].user_agent.refer_progress(leg, 200, True)

    def _refer(self, login: str, call: str) -> None:
        caller, agent = self._caller_of(login, call), self.desks[login].user_agent
        target = agent.legs[call].referring
        if caller is None or not caller.follows_refer:
            agent.refer_refused(call, 603)
            return
        agent.refer_accepted(call)
        there = re.match(r"sip:(\w+)@", target)
        assert there is not None
        if there[1] in self.dead:
            agent.refer_progress(call, 480, True)
            return
        desk = self.desks[there[1]]
        new = f"in-{desk.user_agent._calls + 1}"
        caller.legs[there[1], new] = False
        desk.user_agent.invite(
            desk.clock.monotonic(), Header("To", f"<{target}>"), remote=f"<sip:{caller.name}@example.net>"
        )

    def _dialed(self, login: str, call: str) -> None:
        """An agent's softphone calls a holder, to be bridged, or a caller, to take them over."""
        agent = self.desks[login].user_agent
        dial = next(each for each in reversed(agent.commands) if getattr(each, "target", "") and each.call == call)  # type: ignore[union-attr]
        there = re.match(r"sip:(\w+)@", dial.target)  # type: ignore[union-attr]
        assert there is not None
        if there[1] in self.desks:
            self._bridge(login, call, there[1], dial.target)  # type: ignore[union-attr]
            return
        caller = next(caller for caller in self.callers if caller.name == there[1])
        if caller.gone or not caller.legs:
            agent.end(call, 481)
        elif not caller.knows_replaces:
            agent.end(call, 420)
        else:
            old = tuple(caller.legs)
            caller.legs = {(login, call): False}
            self._up(login, call)
            for other, leg in old:
                self._end(caller, other, leg, 200)

    def _bridge(self, login: str, call: str, holder: str, target: str) -> None:
        agent = self.desks[login].user_agent
        if holder in self.dead:
            agent.end(call, 408)
            return
        other = self.desks[holder].user_agent
        leg = other.invite(
            self.team.clock.monotonic(), Header("To", f"<{target}>"), remote=f"<sip:{login}@example.com>"
        )
        if other.legs[leg].answered:
            self.bridges[holder, leg] = (login, call)
            other.acknowledge(leg)
            agent.acknowledge(call)
        else:
            other.end(leg, 480)
            agent.end(call, 480)

    def _over(self, login: str, call: str) -> None:
        """What we have hung up or refused is gone at the other side too."""
        caller = self._caller_of(login, call)
        up = self.desks[login].user_agent.legs[call].up
        self.desks[login].user_agent.end(call)
        for key, partner in (((login, call), self.bridges.pop((login, call), None)), *self._bridge_of(login, call)):
            self.bridges.pop(key, None)
            self._drop_partner(partner)
        if caller is None:
            return
        caller.legs.pop((login, call), None)
        if not up:
            for other, leg in tuple(caller.legs):
                if other not in self.dead:
                    self.desks[other].user_agent.refer_progress(leg, 480, True)

    def _bridge_of(self, login: str, call: str) -> list:  # type: ignore[type-arg]
        return [(key, key) for key, partner in self.bridges.items() if partner == (login, call)]

    def _drop_partner(self, partner: tuple[str, str] | None) -> None:
        if partner is not None and partner[0] not in self.dead:
            agent = self.desks[partner[0]].user_agent
            if partner[1] in agent.legs:
                agent.end(partner[1])

    def _end(self, caller: Caller, login: str, call: str, code: int) -> None:
        caller.legs.pop((login, call), None)
        if login not in self.dead and call in self.desks[login].user_agent.legs:
            self.desks[login].user_agent.end(call, code)
        self.run(settle())

    def _die(self, login: str) -> None:
        """The machine is gone at once; the callers' phones do not know yet."""
        self.dead.add(login)
        self.team.softphones.remove(self.desks[login].held_calls)
        self.team.lose(f"station-{login}")
        for holder_leg, claimer_leg in tuple(self.bridges.items()):
            if login in (holder_leg[0], claimer_leg[0]):
                del self.bridges[holder_leg]
                self._drop_partner(claimer_leg if holder_leg[0] == login else holder_leg)

    def _caller_of(self, login: str, call: str) -> Caller | None:
        return next((caller for caller in self.callers if (login, call) in caller.legs), None)

    def _alive(self) -> list[str]:
        return [login for login in LOGINS if login not in self.dead]

    def _turn(self, seconds: float) -> None:
        for caller in self.callers:  # a REFER nobody has answered is answered by its transaction's end, before 31 s
            for login, call in tuple(caller.legs):
                if seconds > 30 and login not in self.dead and self.desks[login].user_agent.legs[call].referring:
                    self.desks[login].user_agent.refer_refused(call, 408)
        self.team.clock.turn(seconds)
        if not self.team.problem:
            self.team.sweep()
        self.run(settle())

    # -- what is always true

    @invariant()
    def nothing_rings_that_nobody_called(self) -> None:
        for login in self._alive():
            view = self.desks[login].session.view
            for call in view.calls:
                if call.status is CallStatus.RINGING:
                    raise AssertionError(f"{login} rings")

    @invariant()
    def at_most_one_winner(self) -> None:
        for row in self.team.rows.values():
            assert (row.id in self.team.claims) == bool(row.claimed_by)

    def teardown(self) -> None:
        if not hasattr(self, "loop"):
            return
        self.team.come_back()
        for _ in range(12):
            while moves := self._moves():
                moves[0]()
                self.run(settle())
            self._turn(31.0)
        self._check_settled()
        for task in self.pickups:
            assert task.done(), "a pickup without an end"
            if (error := task.exception()) is not None:
                assert isinstance(error, UserFacingError), error
        for login in self._alive():
            self.run(self.desks[login].session.stop())
        self.loop.close()

    def _check_settled(self) -> None:
        assert not self.team.claims, "a row stays claimed"
        for caller in self.callers:
            living = [(login, call) for login, call in caller.legs if login not in self.dead]
            if caller.gone:
                assert not living
                continue
            assert len(living) <= 1, f"{caller} talks to two agents"
            for login, call in living:
                assert call in {each.id for each in self.desks[login].session.view.calls}, f"{caller} belongs to nobody"
        held = {(row.holder, row.call) for row in self.team.rows.values() if row.holder not in self.dead}
        shown = {
            (login, call.id)
            for login in self._alive()
            for call in self.desks[login].session.view.calls
            if call.status is CallStatus.HELD and call.held_for_anyone
        }
        assert held == shown, "the list and the calls differ"


TeamMachine.TestCase.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
TestTeam = TeamMachine.TestCase
