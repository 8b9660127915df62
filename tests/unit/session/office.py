"""Several agents' sessions on fakes, with one list of held callers between them."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from softphone.model.actions import Choice, RequestHoldForAnyone
from softphone.model.held_call import Dialog
from softphone.model.profile import Team
from softphone.model.settings import AccountSettings, AgentSettings, CallSettings, Settings
from softphone.model.sip import Header
from softphone.model.ua_commands import Dial, HangUp, Refer, Respond
from softphone.model.ua_events import DialogKnown
from softphone.model.view import HeldCallView
from tests.fakes.held_calls import FakeTeam
from tests.unit.session.agent import AGENT, NUMBERS, Agent

COLLEAGUES = (
    AGENT,
    replace(AGENT, login="agent2", name="Agent Two", sip_uri="sip:agent2@example.com"),
    replace(AGENT, login="agent3", name="Agent Three", sip_uri="sip:agent3@example.com"),
)


class Desk(Agent):
    """One agent of the office."""

    def __init__(self, login: str, team: FakeTeam, **calls: object) -> None:
        account = AccountSettings(sip_uri=f"sip:{login}@example.com", registrar="sip:example.com")
        settings = Settings(account=account, agent=AgentSettings(login), calls=CallSettings(**calls))  # type: ignore[arg-type]
        super().__init__(settings, team)
        self.directory.team = Team(COLLEAGUES, NUMBERS)

    @property
    def held(self) -> tuple[HeldCallView, ...]:
        return self.session.view.held_calls

    def holding_for_anyone(self) -> str:
        """A caller talks to this agent and is put on hold for anyone; the call's id."""
        call = self.talking()
        self.user_agent.say(DialogKnown(call, Dialog(f"sip-{call}", "mine", "theirs", "sip:ann@192.0.2.1", True)))
        self.session.act(RequestHoldForAnyone(call))
        self.user_agent.accept_reinvite(call)
        return call

    async def picks_up(self, choice: Choice | None = None) -> asyncio.Task[str]:
        """Press Pick up on the first held caller; everything that can happen at once has happened on return."""
        task = asyncio.create_task(self.session.pick_up(self.held[0].id, choice))
        await settle()
        return task

    @property
    def referred_to(self) -> str:
        return next(command.target for command in reversed(self.user_agent.commands) if isinstance(command, Refer))

    def follows_refer(self, target: str) -> str:
        """The caller does as the REFER says and calls here; the new call's id."""
        to = Header("To", f"<{target}>")
        return self.user_agent.invite(self.clock.monotonic(), to)

    def answers(self, call: str) -> list[int]:
        return [each.code for each in self.user_agent.commands if isinstance(each, Respond) and each.call == call]

    def hung_up(self, call: str) -> bool:
        return HangUp(call) in self.user_agent.commands

    @property
    def dialed(self) -> Dial:
        return next(command for command in reversed(self.user_agent.commands) if isinstance(command, Dial))


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def office(*logins: str, **calls: object) -> tuple[Desk, ...]:
    """Agents at work."""
    team = FakeTeam()
    desks = tuple(Desk(login, team, **calls) for login in logins)
    for desk in desks:
        await desk.session.start()
    return desks
