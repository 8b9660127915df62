import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from softphone.model.call import CallStatus
from softphone.session.control.report import status_report
from tests.fakes.phone import IDLE, a_call, an_offer, waiting_prompt
from tests.unit.cli.conftest import ScriptedApp

Run = Callable[..., tuple[int, str, str]]


def test_without_an_app_the_status_is_3(softphone: Run) -> None:
    assert softphone("ctl", "status") == (3, "", "softphone: The softphone is not running.\n")


def test_wrong_usage_is_2_without_asking_anybody(softphone: Run, app: ScriptedApp) -> None:
    status, _, words = softphone("ctl", "dtmf")
    assert status == 2
    assert "DIGITS" in words
    assert app.asked == []


def test_a_refusal_is_1_with_its_reason(softphone: Run, app: ScriptedApp) -> None:
    app.answer = {"ok": False, "error": "Nobody is waiting.", "status": 1}
    assert softphone("ctl", "ignore") == (1, "", "softphone: Nobody is waiting.\n")


def test_wrong_usage_only_the_app_can_see_is_2(softphone: Run, app: ScriptedApp) -> None:
    app.answer = {"ok": False, "error": "The keys of a telephone are 0-9.", "status": 2}
    assert softphone("ctl", "dtmf", "xyz") == (2, "", "softphone: The keys of a telephone are 0-9.\n")


def test_verb_argument_and_call_reach_the_app(softphone: Run, app: ScriptedApp) -> None:
    app.answer = {"ok": True, "result": {"call": "c1"}}
    assert softphone("ctl", "decline-to", "sip:vm@example.com", "--call", "c1") == (0, "call: c1\n", "")
    assert softphone("ctl", "hold", "--json") == (0, '{"call": "c1"}\n', "")
    softphone("ctl", "mute")
    softphone("ctl", "status")
    assert app.asked == [
        {"verb": "decline-to", "arg": "sip:vm@example.com", "call": "c1"},
        {"verb": "hold", "arg": ""},
        {"verb": "mute", "arg": ""},
        {"verb": "status", "arg": ""},
    ]


def test_nothing_to_say_prints_nothing(softphone: Run, app: ScriptedApp) -> None:
    assert softphone("ctl", "register") == (0, "", "")


def test_the_status_for_programs_is_what_the_app_says(softphone: Run, app: ScriptedApp) -> None:
    report = status_report(IDLE, 0.0, datetime.now(UTC))
    app.answer = {"ok": True, "result": report}
    status, out, _ = softphone("ctl", "status", "--json")
    assert (status, json.loads(out)) == (0, report)


def test_the_status_for_people_names_calls_and_who_waits(softphone: Run, app: ScriptedApp) -> None:
    held = a_call("c9", "Held caller", status=CallStatus.HELD, held_for_anyone=True)
    view = replace(IDLE, calls=(a_call("c1"), held), prompt=waiting_prompt(an_offer("c2")), queued=2, muted=True)
    app.answer = {"ok": True, "result": status_report(view, 10.0, datetime.now(UTC))}
    _, out, _ = softphone("ctl", "status")
    first, *lines = out.splitlines()
    assert first.startswith("available, ") and first.endswith(", muted")
    assert lines == [
        "c1  active  First caller (555) 010-2233",
        "c9  held for anyone  Held caller (555) 010-2233",
        "c2  called Spring campaign; voicemail in 50 s",
        "queued silently: 2",
    ]


def test_events_are_printed_a_line_each_until_the_app_ends(softphone: Run, app: ScriptedApp) -> None:
    app.events = [{"event": "heard", "at": 1.0}, {"event": "did", "at": 2.0}]
    status, out, _ = softphone("ctl", "events")
    assert status == 0
    assert [json.loads(line) for line in out.splitlines()] == app.events
