"""The demo's own provisioning: one agent with call waiting, one direct line, a voicemail box, two customers."""

from __future__ import annotations

from softphone.demo.party import LOOPBACK
from softphone.demo.story import AGENT, CALLER1, CALLER2, VOICEMAIL
from softphone.model.profile import NoAnswer, Route, RouteKind, Team, TrackingNumber, UserProfile, UserQueue
from softphone.model.settings import (
    AccountSettings,
    AgentSettings,
    DiagnosticsSettings,
    NetworkSettings,
    Settings,
    SoundSettings,
)
from softphone.model.tone import Tone
from softphone.policy.tones import call_waiting_tone

LOGIN = "agent1"
NUMBER = "+15551230001"
USERS = {CALLER1: "+15550102233", CALLER2: "+15558675309", VOICEMAIL: "voicemail"}
TONE_HZ = {AGENT: 620, CALLER1: 1000, CALLER2: 1330, VOICEMAIL: 1660}

SETTINGS = Settings(
    account=AccountSettings(sip_uri=f"sip:{LOGIN}@{LOOPBACK}"),
    network=NetworkSettings(bind=LOOPBACK),
    agent=AgentSettings(login=LOGIN),
    sound=SoundSettings(country="NZ"),  # its beep comes again after 3 s, that of the US after 10
    diagnostics=DiagnosticsSettings(sip_trace=True),
)


def beep() -> Tone:
    """The call-waiting beep as these settings ask for it."""
    sound = SETTINGS.sound
    return call_waiting_tone(sound.country, sound.beep_volume, sound.beep_repeats)


def team(voicemail: str) -> Team:
    """The agent, whose unanswered callers go to the box at *voicemail*, and the number customers dial."""
    queue = UserQueue(
        bypass_if_no_agents=False, ring_seconds=60, no_answer=NoAnswer.VOICEMAIL, no_answer_target=voicemail
    )
    agent = UserProfile(LOGIN, "Agent One", SETTINGS.account.sip_uri, call_waiting=True, queue=queue)
    return Team([agent], [TrackingNumber(NUMBER, "Spring campaign", Route(RouteKind.AGENT, LOGIN))])
