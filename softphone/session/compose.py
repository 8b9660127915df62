"""Puts a session together: who does what, who hears what, who follows what. Nothing happens here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from softphone.model.settings import Settings
from softphone.model.ua_commands import Start
from softphone.model.ua_events import (
    CallDialing,
    CallEnded,
    CallEstablished,
    CallProgress,
    CallTurnedAway,
    CommandRefused,
    DialogKnown,
    DtmfReceived,
    EngineFailed,
    EngineLost,
    EngineReady,
    HoldConfirmed,
    HoldRefused,
    IncomingCall,
    LineSkipped,
    ReferAccepted,
    ReferProgress,
    ReferRefused,
    RegistrationChanged,
    RemoteHold,
    RequestsTurnedAway,
    ResumeConfirmed,
    ResumeRefused,
    SoundChanged,
)
from softphone.ports import CallLog, Clock, Directory, NumberPlan, UserAgent
from softphone.session.call_info import InfoSource
from softphone.session.call_manager import CallManager
from softphone.session.call_recorder import CallRecorder
from softphone.session.dial_plan import DialPlan
from softphone.session.dispatcher import Dispatcher
from softphone.session.identity import Identity
from softphone.session.invite_router import InviteReader, InviteRouter
from softphone.session.journal import Journal
from softphone.session.notices import Notices
from softphone.session.registration import Registration
from softphone.session.session import Parts, Session
from softphone.session.team.team import TeamPorts, TeamSide
from softphone.session.tone_control import ToneControl
from softphone.session.user_agent_reports import UserAgentReports
from softphone.session.user_agent_setup import UserAgentSetup
from softphone.session.user_agent_status import UserAgentStatus
from softphone.session.view_builder import ViewBuilder


@dataclass(frozen=True, slots=True)
class World:
    """What a session needs of the world outside. *configuration* is what the user agent is to be started with."""

    user_agent: UserAgent
    call_log: CallLog
    directory: Directory
    numbers: NumberPlan
    clock: Clock
    configuration: Callable[[], Start]
    settings: Callable[[], Settings]
    random: Random
    team: TeamPorts


def compose(world: World) -> Session:
    """A session that has not been started."""
    numbers, clock, directory = world.numbers, world.clock, world.directory
    status = UserAgentStatus(world.user_agent)
    identity = Identity(world.settings, lambda: directory.team, lambda: status.engine.addresses)
    info = InfoSource(identity, numbers, clock)
    dispatcher = Dispatcher(lambda: view_builder.draw())
    journal = Journal(clock.monotonic)
    notices = Notices(journal)
    calls = CallManager(world.user_agent, clock, world.random, dispatcher)
    team = TeamSide(world.team, calls, info, dispatcher, notices)
    registration = Registration(world.user_agent, clock)
    view_builder = ViewBuilder(calls, team, registration, status, identity, numbers, clock)
    tones = ToneControl(world.user_agent, lambda: world.settings().sound)
    recorder = CallRecorder(world.call_log, clock, identity.me)
    reports = UserAgentReports(status, registration, tones, calls, notices, clock)
    setup = UserAgentSetup(
        world.user_agent,
        world.configuration,
        lambda: world.settings().sound.speech_volume,
        lambda start: registration.expect(start.account.sip_uri, bool(start.account.registrar)),
        reports.stopped,
    )
    reader = InviteReader(identity, numbers, clock, team.away)
    router = InviteRouter(reader, calls, team)
    calls.listen(tones, team.holder, team.claimer, team.presence, journal, recorder, notices, setup)
    directory.on_change(dispatcher.told)
    dial_plan = DialPlan(lambda: directory.team, world.settings, numbers)
    parts = Parts(
        dispatcher, calls, team, registration, setup, status, notices, journal, recorder, dial_plan, info, clock
    )
    hearers: dict[type, Callable[[Any], None]] = {
        EngineReady: reports.ready,
        EngineFailed: reports.failed,
        EngineLost: reports.lost,
        RegistrationChanged: reports.registration_changed,
        RequestsTurnedAway: status.turned_away,
        SoundChanged: status.sound_changed,
        CommandRefused: reports.refused,
        LineSkipped: reports.line_skipped,
    }
    return Session(parts, hearers | _hearers_of_calls(calls, team, router, reader, recorder))


def _hearers_of_calls(
    calls: CallManager, team: TeamSide, router: InviteRouter, reader: InviteReader, recorder: CallRecorder
) -> dict[type, Callable[[Any], None]]:
    """Call control hears of every call; some parts hear of it, or of something, first."""

    def ended(event: CallEnded) -> None:
        team.claimer.ended(event)
        calls.feed(event)

    def established(event: CallEstablished) -> None:
        team.claimer.established(event)
        calls.feed(event)

    call_control = (
        CallProgress,
        HoldConfirmed,
        HoldRefused,
        ResumeConfirmed,
        ResumeRefused,
        RemoteHold,
        ReferAccepted,
        ReferRefused,
        ReferProgress,
        DtmfReceived,
    )
    return {
        IncomingCall: router.route,
        CallTurnedAway: lambda event: recorder.turned_away(event, reader.read_turned_away(event)),
        CallDialing: lambda event: calls.learn(event.call, sip_call_id=event.sip_call_id),
        DialogKnown: lambda event: calls.learn(event.call, dialog=event.dialog),
        CallEnded: ended,
        CallEstablished: established,
        **dict.fromkeys(call_control, calls.feed),
    }
