"""The session as its watchers see it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from softphone.errors import RefusedError
from softphone.model.actions import Choice, Choose, RequestHold
from softphone.model.call import CallStatus
from softphone.model.call_record import Outcome
from softphone.model.settings import AccountSettings, NetworkSettings, Settings
from softphone.model.sip import Header
from softphone.model.ua_commands import Dial, Mute, PlayTone, Register, SetAccount, Start
from softphone.model.ua_events import (
    CallTurnedAway,
    CommandRefused,
    EngineFailed,
    EngineLost,
    EngineReady,
    RegistrationChanged,
    RequestsTurnedAway,
    SoundChanged,
    TurnedAwaySource,
)
from softphone.model.view import NoticeKind, PromptKind, RegistrationStatus

from .agent import DIRECT, QUEUE, SETTINGS, Agent

REGISTERED = replace(SETTINGS, account=AccountSettings("sip:agent1@example.com", "sip:example.com", username="agent1"))


@pytest.fixture
async def agent() -> AsyncIterator[Agent]:
    agent = Agent()
    await agent.session.start()
    yield agent
    await agent.session.stop()


async def test_a_direct_call_is_shown_with_its_tracking_number(agent: Agent) -> None:
    agent.called(remote='"Ann Customer" <sip:+15558675309@example.net>;tag=1')
    (call,) = agent.session.view.calls
    assert (call.remote.name, call.remote.number) == ("Ann Customer", "+15558675309")
    assert (call.tracking_number, call.label, call.direct) == ("+15551230001", "Spring campaign", True)
    prompt = agent.session.view.prompt
    assert prompt is not None
    assert prompt.kind is PromptKind.RINGING
    assert prompt.callers[0].next_target == "sip:vm@example.com"


async def test_a_call_that_came_while_the_app_was_busy_has_its_true_waiting_time(agent: Agent) -> None:
    agent.clock.turn(10)
    agent.user_agent.invite(agent.clock.monotonic() - 3, DIRECT)
    prompt = agent.session.view.prompt
    assert prompt is not None
    now = agent.clock.monotonic()
    assert (now - prompt.callers[0].arrived, prompt.callers[0].deadline - now) == (3.0, 57.0)
    agent.clock.turn(57)
    assert agent.session.view.prompt is None


async def test_a_queue_number_is_not_a_direct_line(agent: Agent) -> None:
    agent.talking()
    second = agent.called(QUEUE)
    assert agent.session.view.prompt is None
    assert [call.status for call in agent.session.view.calls] == [CallStatus.ACTIVE], "nothing is shown of it"
    agent.user_agent.end(second, 486)
    assert agent.log.records[-1].outcome is Outcome.BUSY
    assert "not their direct line" in agent.log.records[-1].explanation


async def test_held_for_anyone_is_shown_and_logged(agent: Agent) -> None:
    first = agent.talking()
    second = agent.called()
    agent.session.act(Choose(second, Choice.HOLD_AND_ANSWER))
    agent.user_agent.accept_reinvite(first)
    agent.user_agent.acknowledge(second)
    assert [(call.held, call.held_for_anyone) for call in agent.session.view.calls] == [(True, True), (False, False)]
    agent.user_agent.end(first)
    record = agent.log.records[-1]
    assert (record.outcome, record.held_for_anyone) == (Outcome.ANSWERED, True)


async def test_a_refusal_speaks_and_changes_nothing(agent: Agent) -> None:
    agent.called()
    before = agent.session.view
    with pytest.raises(RefusedError, match=r"^Only a call you are talking on can be put on hold\.$"):
        agent.session.act(RequestHold(before.calls[0].id))
    assert agent.session.view is before


async def test_a_dead_engine_is_told_with_an_offer_to_call_back(agent: Agent) -> None:
    agent.talking()
    agent.user_agent.die()
    (notice,) = agent.notices
    assert (notice.kind, notice.text, notice.call_back) == (
        NoticeKind.ERROR,
        "The call with Ann broke off.",
        "sip:ann@example.net",
    )
    assert agent.log.records[-1].outcome is Outcome.LOST
    assert (agent.session.view.calls, agent.session.view.engine.restarts) == ((), 1)


async def test_an_engine_that_dies_three_times_within_a_minute_is_told_once_in_plain_words(agent: Agent) -> None:
    for often in (False, False, True, True):
        agent.user_agent.say(EngineLost(-6, 0.0, often, 2.0))
        problem = agent.session.view.engine.problem
        assert ("three times within a minute. It is tried again in 2 s" in problem) == often
        agent.user_agent.say(EngineReady(1, 101, "fake", (), True))
    (notice,) = agent.notices
    assert notice.kind is NoticeKind.ERROR
    assert "broken down three times within a minute" in notice.text
    agent.user_agent.say(EngineLost(-6, 0.0))
    agent.user_agent.say(EngineLost(-6, 0.0, often=True))
    assert len(agent.notices) == 2, "after a quiet minute it is news again"


async def test_a_fifth_caller_is_logged(agent: Agent) -> None:
    headers = (Header("X-Tracking-Number", "+15551230001"),)
    agent.user_agent.say(CallTurnedAway("id-5", "<sip:eve@x>", "sip:agent1@x", headers, 486, agent.clock.monotonic()))
    (record,) = agent.log.records
    assert (record.outcome, record.tracking_number) == (Outcome.BUSY, "+15551230001")
    assert "Too many calls" in record.explanation


@pytest.mark.parametrize(("length", "shown"), [(100, "n" * 100), (101, "n" * 99 + "…"), (4000, "n" * 99 + "…")])
async def test_a_long_name_is_cut_for_the_screen(agent: Agent, length: int, shown: str) -> None:
    agent.called(remote=f'"{"n" * length}" <sip:ann@example.net>')
    (call,) = agent.session.view.calls
    assert (call.remote.name, call.remote.uri) == (shown, "sip:ann@example.net")


async def test_a_strangers_headers_are_not_believed(agent: Agent) -> None:
    for trusted, shown in ((False, (False, "")), (True, (True, "+15551230001"))):
        id_ = agent.user_agent.invite(agent.clock.monotonic(), DIRECT, trusted=trusted)
        (call,) = agent.session.view.calls
        assert (call.direct, call.tracking_number) == shown
        agent.user_agent.end(id_)


async def test_who_was_not_let_in_is_in_the_view(agent: Agent) -> None:
    told = RequestsTurnedAway(2, (TurnedAwaySource("198.51.100.9", "udp", 2),))
    agent.user_agent.say(told)
    assert agent.session.view.engine.turned_away == told


async def test_an_engine_that_cannot_start_says_why_once(agent: Agent) -> None:
    failed = EngineFailed("port-in-use", "Port 5080 is in use by another program.")
    agent.user_agent.say(failed)
    agent.user_agent.say(failed)
    assert [notice.text for notice in agent.notices] == [failed.detail]
    assert agent.session.view.engine.problem == failed.detail


async def test_what_the_user_agent_refuses_is_told(agent: Agent) -> None:
    agent.session.dial("sip:nobody@nowhere.invalid")
    call = agent.session.view.calls[0].id
    agent.user_agent.say(CommandRefused(Dial, call, "nowhere.invalid is not known."))
    agent.user_agent.end(call, 502)
    assert agent.notices[-1].text == "nowhere.invalid is not known."
    assert agent.log.records[-1].outcome is Outcome.FAILED


async def test_the_sound_devices_are_shown(agent: Agent) -> None:
    agent.user_agent.say(SoundChanged("", "Headset", "", "No microphone was found."))
    assert (agent.session.view.sound.headset, agent.session.view.sound.note) == ("Headset", "No microphone was found.")


async def test_mute_is_shown_and_sent(agent: Agent) -> None:
    agent.session.mute(True)
    assert agent.session.view.muted
    assert agent.user_agent.commands[-1] == Mute(True)


async def test_the_beep_has_the_agents_volume(agent: Agent) -> None:
    agent.settings = replace(SETTINGS, sound=replace(SETTINGS.sound, beep_volume=0.125))
    agent.talking()
    agent.called()
    (beep,) = [command.tone for command in agent.user_agent.commands if isinstance(command, PlayTone)][-1:]
    assert beep.volume == 0.125


class TestRegistration:
    @pytest.fixture
    async def agent(self) -> AsyncIterator[Agent]:
        agent = Agent(REGISTERED)
        await agent.session.start()
        yield agent
        await agent.session.stop()

    async def test_trying_then_registered(self, agent: Agent) -> None:
        before = agent.session.view.registration.status
        agent.user_agent.say(RegistrationChanged(200, "OK", 120))
        assert before is RegistrationStatus.TRYING
        assert agent.session.view.registration.status is RegistrationStatus.REGISTERED

    async def test_a_wrong_password_is_told_once_and_tried_again_slowly(self, agent: Agent) -> None:
        for _ in range(3):
            agent.user_agent.say(RegistrationChanged(401, "Unauthorized", 0))
        assert [notice.text for notice in agent.notices] == [
            "Not registered: the registrar refused the user name or the password (401)."
        ]
        agent.clock.turn(59)
        assert Register() not in agent.user_agent.commands
        agent.clock.turn(2)
        assert agent.user_agent.commands.count(Register()) == 1

    async def test_the_networks_own_words(self, agent: Agent) -> None:
        agent.user_agent.say(RegistrationChanged(0, "the registrar does not answer", 0))
        assert agent.session.view.registration.text == "the registrar does not answer"
        agent.clock.turn(2)
        assert agent.user_agent.commands.count(Register()) == 1

    async def test_whether_calls_still_come_in_is_asked_every_ten_seconds(self, agent: Agent) -> None:
        for asked in (1, 2, 3):
            agent.user_agent.say(RegistrationChanged(200, "OK", 120))
            agent.clock.turn(10)
            assert agent.user_agent.commands.count(Register()) == asked

    async def test_a_password_the_registrar_knew_is_tried_again_soon_even_after_the_engine_has_died(
        self, agent: Agent
    ) -> None:
        agent.user_agent.say(RegistrationChanged(200, "OK", 120))
        agent.user_agent.say(EngineLost(-6, 0.0))
        agent.user_agent.say(RegistrationChanged(401, "Unauthorized", 0))
        agent.clock.turn(12)
        assert agent.user_agent.commands.count(Register()) == 1

    async def test_a_busy_registrar_is_asked_when_it_said(self, agent: Agent) -> None:
        agent.user_agent.say(RegistrationChanged(503, "Service Unavailable", 0, 30))
        agent.clock.turn(29.9)
        assert Register() not in agent.user_agent.commands
        agent.clock.turn(1.2)
        assert agent.user_agent.commands.count(Register()) == 1

    async def test_another_account_is_used_at_once(self, agent: Agent) -> None:
        agent.user_agent.say(RegistrationChanged(200, "OK", 120))
        agent.settings = replace(REGISTERED, account=replace(REGISTERED.account, sip_uri="sip:agent2@example.com"))
        agent.session.settings_changed()
        assert isinstance(agent.user_agent.commands[-1], SetAccount)
        assert agent.session.view.registration.status is RegistrationStatus.TRYING


def starts(agent: Agent) -> list[int]:
    return [command.port for command in agent.user_agent.commands if isinstance(command, Start)]


def on_port(port: int) -> Settings:
    return replace(SETTINGS, network=NetworkSettings(port=port))


async def test_network_settings_take_effect_at_once_when_nobody_is_on_the_line(agent: Agent) -> None:
    agent.settings = on_port(5099)
    agent.session.settings_changed()
    await asyncio.sleep(0)
    assert starts(agent) == [0, 5099]


async def test_network_settings_wait_for_the_end_of_a_call(agent: Agent) -> None:
    call = agent.talking()
    agent.settings = on_port(5099)
    agent.session.settings_changed()
    await asyncio.sleep(0)
    assert starts(agent) == [0]
    assert "after the current calls" in agent.notices[-1].text
    agent.user_agent.end(call)
    await asyncio.sleep(0)
    assert starts(agent) == [0, 5099]
    assert agent.log.records[-1].outcome is Outcome.ANSWERED


async def test_the_journal_tells_the_story_without_the_headers(agent: Agent) -> None:
    agent.talking()
    names = [entry["event"] for entry in agent.journal]
    assert names.index("IncomingCall") < names.index("Respond") < names.index("CallEstablished")
    assert all("headers" not in entry for entry in agent.journal)
    assert all(isinstance(entry["at"], float) for entry in agent.journal)
