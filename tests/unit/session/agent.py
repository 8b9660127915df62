"""A session on fakes, set up for one agent with a direct line."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from softphone.model.actions import Choice, Choose
from softphone.model.profile import NoAnswer, Route, Team, TrackingNumber, UserProfile, UserQueue
from softphone.model.settings import AccountSettings, AgentSettings, Settings
from softphone.model.sip import Header
from softphone.model.ua_commands import Account, Start
from softphone.model.view import Notice, SessionView
from softphone.session.compose import World, compose
from softphone.session.team.team import TeamPorts
from tests.fakes.held_calls import FakeTeam, FakeTeamLink
from tests.fakes.ports import FakeCallLog, FakeDirectory, PlainNumbers
from tests.fakes.presence import FakePresence
from tests.fakes.user_agent import FakeUserAgent

DIRECT = Header("X-Tracking-Number", "+15551230001")
QUEUE = Header("X-Tracking-Number", "+15551230002")
NUMBERS = (
    TrackingNumber("+15551230001", "Spring campaign", Route.parse("agent:agent1")),
    TrackingNumber("+15551230002", "Autumn campaign", Route.parse("queue:sales")),
)
AGENT = UserProfile(
    "agent1",
    "Agent One",
    "sip:agent1@example.com",
    call_waiting=True,
    queue=UserQueue(False, 60, NoAnswer.VOICEMAIL, "sip:vm@example.com"),
)
SETTINGS = Settings(account=AccountSettings(sip_uri="sip:agent1@example.com"), agent=AgentSettings("agent1"))


class Agent:
    """The session, its fakes, and everything it has shown and said."""

    def __init__(self, settings: Settings = SETTINGS, team: FakeTeam | None = None) -> None:
        self.settings = settings
        self.board = team or FakeTeam()
        self.clock = self.board.clock
        login = settings.agent.login
        self.held_calls = self.board.softphone(login)
        self.user_agent = FakeUserAgent()
        self.log = FakeCallLog()
        self.directory = FakeDirectory(Team([AGENT], NUMBERS))
        self.notices: list[Notice] = []
        self.views: list[SessionView] = []
        self.journal: list[dict[str, object]] = []
        world = World(
            self.user_agent,
            self.log,
            self.directory,
            PlainNumbers(),
            self.clock,
            self._start,
            lambda: self.settings,
            Random(0),
            TeamPorts(self.held_calls, FakePresence(login, self.board), FakeTeamLink(self.board)),
        )
        self.session = compose(world)
        self.session.on_view(self.views.append)
        self.session.on_notice(self.notices.append)
        self.session.on_event(self.journal.append)

    def _start(self) -> Start:
        account = self.settings.account
        return Start(Account(account.sip_uri, account.registrar), port=self.settings.network.port)

    def profile(self, **changes: Any) -> None:
        """An admin changes the agent's settings."""
        self.directory.team = Team([replace(AGENT, **changes)], NUMBERS)

    def called(self, header: Header = DIRECT, **more: Any) -> str:
        return self.user_agent.invite(self.clock.monotonic(), header, **more)

    def talking(self) -> str:
        """The agent is on a call."""
        call = self.called()
        self.session.act(Choose(call, Choice.ANSWER))
        self.user_agent.acknowledge(call)
        return call
