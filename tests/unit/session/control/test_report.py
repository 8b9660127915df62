import json
from dataclasses import replace
from datetime import UTC, datetime

from softphone.model.actions import Choice
from softphone.model.call import CallStatus
from softphone.model.call_record import Direction
from softphone.model.colleague import Availability, TeamHealth
from softphone.model.profile import AgentStatus, NoAnswer
from softphone.model.ua_events import RequestsTurnedAway, TurnedAwaySource
from softphone.model.view import (
    CallerView,
    CallView,
    ColleagueView,
    EngineView,
    HeldCallView,
    Party,
    PromptKind,
    PromptView,
    RegistrationStatus,
    RegistrationView,
    SessionView,
    SoundView,
)
from softphone.session.control.report import status_report

NOW = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)
FIRST = Party("First caller", "(555) 010-2233", "sip:+15550102233@example.com")
SECOND = Party("", "(555) 867-5309", "sip:+15558675309@example.com")
CALL = CallView(
    "c1",
    "abc@host",
    CallStatus.ACTIVE,
    Direction.INCOMING,
    FIRST,
    "+15551230001",
    "Spring campaign",
    True,
    False,
    False,
    False,
    90.0,
    100.0,
)
OFFER = CallerView(
    "c2",
    SECOND,
    "+15551230001",
    "(555) 123-0001",
    "Spring campaign",
    True,
    120.0,
    160.04,
    NoAnswer.VOICEMAIL,
    "sip:vm@example.com",
)
PROMPT = PromptView(PromptKind.CALL_WAITING, (OFFER,), (Choice.HOLD_AND_ANSWER, Choice.IGNORE), CALL, False)
VIEW = SessionView(
    RegistrationView(RegistrationStatus.REGISTERED, "sip:agent1@example.com", 200, "registered"),
    AgentStatus.AVAILABLE,
    EngineView(
        4711,
        2,
        "",
        ("udp:127.0.0.1:25000",),
        turned_away=RequestsTurnedAway(3, (TurnedAwaySource("198.51.100.9", "udp", 3),)),
    ),
    SoundView("Headset mic", "Headset", "Speakers", ""),
    (CALL,),
    3,
    PROMPT,
    True,
    (
        HeldCallView(
            "h1",
            FIRST,
            "+15551230001",
            "(555) 123-0001",
            "Spring campaign",
            "agent2",
            "Agent Two",
            110.0,
            "wants the blue one",
            pick_up=(Choice.ANSWER,),
            history=("Agent One put the caller on hold.",),
        ),
    ),
    (ColleagueView("agent2", "Agent Two", Availability.ON_A_CALL, 125.0, "sip:agent2@example.com"),),
    TeamHealth(shared=True),
)


def test_the_names_scripts_rely_on() -> None:
    assert status_report(VIEW, 130.0, NOW) == {
        "registration": "registered",
        "registration_code": 200,
        "registration_text": "registered",
        "account": "sip:agent1@example.com",
        "agent_status": "available",
        "engine": {
            "pid": 4711,
            "restarts": 2,
            "problem": "",
            "addresses": ["udp:127.0.0.1:25000"],
            "turned_away": 3,
            "turned_away_from": [{"address": "198.51.100.9", "transport": "udp", "count": 3}],
        },
        "sound": {"microphone": "Headset mic", "headset": "Headset", "ringer": "Speakers", "note": ""},
        "calls": [
            {
                "id": "c1",
                "sip_call_id": "abc@host",
                "state": "active",
                "direction": "incoming",
                "remote": "sip:+15550102233@example.com",
                "remote_name": "First caller",
                "remote_number": "(555) 010-2233",
                "tracking_number": "+15551230001",
                "label": "Spring campaign",
                "direct": True,
                "held": False,
                "held_for_anyone": False,
                "remote_held": False,
                "claimed_by": "",
                "recall": False,
                "continues": "",
                "since": "2026-03-01T12:00:00.000+00:00",
            }
        ],
        "waiting": [
            {
                "id": "c2",
                "remote": "sip:+15558675309@example.com",
                "remote_name": "",
                "remote_number": "(555) 867-5309",
                "tracking_number": "+15551230001",
                "label": "Spring campaign",
                "seconds_left": 30.0,
                "next": "voicemail",
                "next_target": "sip:vm@example.com",
            }
        ],
        "prompt": {
            "visible": True,
            "call_id": "c2",
            "kind": "call-waiting",
            "actions": ["hold-answer", "ignore"],
            "problem": "",
        },
        "queued": 3,
        "muted": True,
        "held_calls": [
            {
                "id": "h1",
                "remote": "sip:+15550102233@example.com",
                "remote_name": "First caller",
                "remote_number": "(555) 010-2233",
                "tracking_number": "+15551230001",
                "label": "Spring campaign",
                "holder": "agent2",
                "holder_name": "Agent Two",
                "holder_gone": False,
                "call": "",
                "seconds_held": 20.0,
                "note": "wants the blue one",
                "claimed_by": "",
                "picking": False,
                "pick_up": True,
                "pick_up_choices": ["answer"],
                "history": ["Agent One put the caller on hold."],
            }
        ],
        "colleagues": [
            {
                "login": "agent2",
                "name": "Agent Two",
                "availability": "on-a-call",
                "seconds": 5.0,
                "address": "sip:agent2@example.com",
            }
        ],
        "team": {"shared": True, "online": True, "problem": "", "waiting": 0},
    }


def test_without_a_prompt_nobody_waits() -> None:
    report = status_report(replace(VIEW, prompt=None), 130.0, NOW)
    assert report["waiting"] == []
    assert report["prompt"] == {"visible": False, "call_id": "", "kind": "", "actions": [], "problem": ""}


def test_no_time_is_left_after_the_deadline() -> None:
    waiting = status_report(VIEW, 999.0, NOW)["waiting"]
    assert isinstance(waiting, list)
    assert [caller["seconds_left"] for caller in waiting] == [0.0]


def test_it_can_be_written_as_json() -> None:
    report = status_report(VIEW, 130.0, NOW)
    assert json.loads(json.dumps(report)) == report
