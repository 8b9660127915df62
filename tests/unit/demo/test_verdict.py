"""The verdict on made-up runs: one that is right for each action, and one doctored for each thing that can be wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from softphone.demo import wire
from softphone.demo.analysis import Samples, read_recording
from softphone.demo.beep_checks import measure_beep
from softphone.demo.evidence import HEADSET, Check, Evidence
from softphone.demo.party import tone_file
from softphone.demo.profile import beep
from softphone.demo.story import ANSWERED, CALLER1, CALLER2, ENDING, SECOND_CALL, TALKING
from softphone.demo.verdict import judge
from softphone.model.actions import Choice
from tests.unit.demo.sounds import RATE, STARTED, add, add_beeps, noise, recording, silence
from tests.unit.demo.traces import answered, request, response, trace

ACTIONS = (Choice.HOLD_AND_ANSWER, Choice.HANGUP_AND_ANSWER, Choice.IGNORE)
VOICEMAIL = "sip:voicemail@127.0.0.1:5090"
TALK, CALL, CLICK, END = 1.0, 3.6, 10.6, 13.2  # seconds from the start of the recordings
BEEP_HZ, BEEP_DBFS = 400, -12.0
FIRST, SECOND = "first@caller", "second@caller"


@dataclass
class MadeUp:
    """A run that went well, to be doctored."""

    action: Choice
    headset: Samples = field(default_factory=lambda: silence(END + 0.5))
    caller1: Samples = field(default_factory=lambda: silence(END + 0.5))
    caller2: Samples = field(default_factory=lambda: silence(END + 0.5))
    messages: list[str] = field(default_factory=list)
    moments: dict[str, float] = field(default_factory=dict)
    missing: str = ""

    def verdict(self, directory: Path) -> dict[str, Check]:
        path = directory / "sip.log"
        path.write_text(trace(*self.messages), encoding="utf-8")
        recordings = {HEADSET: self.headset, CALLER1: self.caller1, CALLER2: self.caller2}
        evidence = Evidence(
            beep(),
            self.moments,
            {name: recording(samples) for name, samples in recordings.items()},
            wire.read_trace(path),
            FIRST,
            SECOND,
            VOICEMAIL,
            self.missing,
        )
        return {check.name: check for check in judge(evidence, self.action, measure_beep(evidence))}

    def wrong(self, directory: Path) -> set[str]:
        return {name for name, check in self.verdict(directory).items() if not check.ok}


def good_run(action: Choice) -> MadeUp:
    run = MadeUp(action)
    moments = {TALKING: TALK, SECOND_CALL: CALL, ANSWERED: CLICK + 0.05, ENDING: END}
    run.moments = {name: STARTED + at for name, at in moments.items()}
    add(run.headset, 1000, -16, TALK, END if action is Choice.IGNORE else CLICK)
    add_beeps(run.headset, BEEP_HZ, BEEP_DBFS, CALL + 0.05)
    add(run.caller1, 620, -16, TALK, END if action is Choice.IGNORE else CLICK)
    if action is Choice.IGNORE:
        add(run.caller2, 1660, -16, CLICK, END)
    else:
        add(run.headset, 1330, -16, CLICK, END)
        add(run.caller2, 620, -16, CLICK, END)
    if action is Choice.HOLD_AND_ANSWER:
        _add_music(run.caller1, CLICK + 0.05)
    for heard in (run.headset, run.caller1, run.caller2):
        noise(heard, -85)
    run.messages = _wire(action)
    return run


def _add_music(samples: Samples, start: float) -> None:
    music = read_recording(Path(tone_file("agent")).with_name("hold_music.wav"), 0.0).samples
    first = round(start * RATE)
    samples[first:] += music[: len(samples) - first]


def _wire(action: Choice) -> list[str]:
    at = STARTED + CLICK
    invite, ringing, answer = answered(SECOND, STARTED + CALL + 0.04)
    match action:
        case Choice.HOLD_AND_ANSWER:
            hold = request(at, "→", "INVITE", FIRST, 3, body="v=0\na=sendonly")
            return [invite, ringing, hold, response(at + 0.01, "←", 200, FIRST, "3 INVITE"), answer]
        case Choice.HANGUP_AND_ANSWER:
            return [invite, ringing, request(at, "→", "BYE", FIRST, 3), answer]
    headers = f"Contact: <{VOICEMAIL}>", "Diversion: <sip:agent1@127.0.0.1>;reason=deflection;counter=1"
    return [invite, ringing, response(at, "→", 302, SECOND, "1 INVITE", *headers)]


@pytest.fixture(params=ACTIONS)
def run(request: pytest.FixtureRequest) -> MadeUp:
    return good_run(request.param)


@pytest.fixture
def hold() -> MadeUp:
    return good_run(Choice.HOLD_AND_ANSWER)


@pytest.fixture
def ignore() -> MadeUp:
    return good_run(Choice.IGNORE)


def test_a_good_run_passes(run: MadeUp, tmp_path: Path) -> None:
    assert run.wrong(tmp_path) == set()


def test_a_script_that_got_stuck_fails_with_its_words(run: MadeUp, tmp_path: Path) -> None:
    run.missing = "the call-waiting prompt did not happen within 12 s"
    assert run.verdict(tmp_path)["sequence"] == Check("sequence", False, run.missing)


def test_a_run_that_did_not_get_far_fails_in_all_that_comes_later(run: MadeUp, tmp_path: Path) -> None:
    run.moments, run.messages = {}, []
    for heard in (run.headset, run.caller1, run.caller2):
        heard[:] = 0
    verdict = run.verdict(tmp_path)
    right = {name for name, check in verdict.items() if check.ok}
    assert right == {"sequence"}


def test_a_headset_without_beep_fails(run: MadeUp, tmp_path: Path) -> None:
    add_beeps(run.headset, BEEP_HZ, BEEP_DBFS, CALL + 0.05, count=3)  # once more in the opposite phase: gone
    run.headset -= 2 * _beeps(len(run.headset))
    wrong = run.wrong(tmp_path)
    assert {"beep in the headset", "cadence of the beep"} <= wrong
    assert "did not hear it" in run.verdict(tmp_path)["beep in the headset"].detail


def _beeps(length: int) -> Samples:
    samples = np.zeros(length)
    add_beeps(samples, BEEP_HZ, BEEP_DBFS, CALL + 0.05)
    return samples


def test_a_beep_of_another_frequency_fails(run: MadeUp, tmp_path: Path) -> None:
    run.headset -= _beeps(len(run.headset))
    add_beeps(run.headset, 425, BEEP_DBFS, CALL + 0.05)
    assert "beep in the headset" in run.wrong(tmp_path)


def test_a_beep_in_another_rhythm_fails(run: MadeUp, tmp_path: Path) -> None:
    run.headset -= _beeps(len(run.headset))
    for at in (0.0, 3.0, 6.0):
        add(run.headset, BEEP_HZ, BEEP_DBFS, CALL + 0.05 + at, CALL + 0.35 + at)
    assert "cadence of the beep" in run.wrong(tmp_path)


def test_one_beep_is_too_few(run: MadeUp, tmp_path: Path) -> None:
    run.headset -= _beeps(len(run.headset))
    add_beeps(run.headset, BEEP_HZ, BEEP_DBFS, CALL + 0.05, count=1)
    assert "cadence of the beep" in run.wrong(tmp_path)


@pytest.mark.parametrize(("below", "fails"), [(20, True), (57, True), (63, False)])
@pytest.mark.parametrize("caller", [CALLER1, CALLER2])
def test_a_beep_that_reaches_a_caller_fails_above_60_db_below(
    run: MadeUp, caller: str, below: int, fails: bool, tmp_path: Path
) -> None:
    add_beeps(getattr(run, caller), BEEP_HZ, BEEP_DBFS - below, CALL + 0.12)
    name = {CALLER1: "no beep at caller 1", CALLER2: "no beep at caller 2"}[caller]
    assert run.wrong(tmp_path) == ({name} if fails else set())


def test_a_waiting_caller_who_is_not_told_so_fails(run: MadeUp, tmp_path: Path) -> None:
    run.messages[1] = response(STARTED + CALL + 0.05, "→", 180, SECOND, "1 INVITE")
    assert run.wrong(tmp_path) == {"180 for the waiting caller"}


def test_a_first_call_without_sound_fails(run: MadeUp, tmp_path: Path) -> None:
    run.caller1[: round(CALL * RATE)] = 0
    assert run.wrong(tmp_path) == {"first conversation: caller 1 hears agent"}


def test_an_answer_before_the_hold_is_confirmed_fails(hold: MadeUp, tmp_path: Path) -> None:
    hold.messages[3] = response(STARTED + CLICK + 1, "←", 200, FIRST, "3 INVITE")
    assert hold.wrong(tmp_path) == {"held before answered"}
    assert "not in this order" in hold.verdict(tmp_path)["held before answered"].detail


def test_a_hold_that_was_never_confirmed_fails(hold: MadeUp, tmp_path: Path) -> None:
    del hold.messages[3]
    assert "its 200" in hold.verdict(tmp_path)["held before answered"].detail


def test_a_held_caller_without_music_fails(hold: MadeUp, tmp_path: Path) -> None:
    hold.caller1[round(CLICK * RATE) :] = 0
    assert hold.wrong(tmp_path) == {"caller 1 hears music on hold"}


def test_a_held_caller_who_still_hears_the_agent_fails(hold: MadeUp, tmp_path: Path) -> None:
    add(hold.caller1, 620, -30, CLICK, END)
    assert hold.wrong(tmp_path) == {"caller 1 does not hear agent any more"}


def test_an_agent_who_still_hears_the_held_caller_fails(hold: MadeUp, tmp_path: Path) -> None:
    add(hold.headset, 1000, -16, CLICK, END)
    assert hold.wrong(tmp_path) == {"agent does not hear caller 1 any more"}


def test_an_answer_before_the_bye_fails(tmp_path: Path) -> None:
    run = good_run(Choice.HANGUP_AND_ANSWER)
    run.messages[2] = request(STARTED + CLICK + 2, "→", "BYE", FIRST, 3)
    assert run.wrong(tmp_path) == {"hung up before answered"}


@pytest.mark.parametrize(
    "headers",
    [
        (f"Contact: <{VOICEMAIL}>",),
        (f"Contact: <{VOICEMAIL}>", "Diversion: <sip:agent1@127.0.0.1>;reason=no-answer"),
        ("Contact: <sip:other@127.0.0.1>", "Diversion: <sip:agent1@127.0.0.1>;reason=deflection"),
    ],
)
def test_a_302_to_elsewhere_or_without_its_reason_fails(
    ignore: MadeUp, headers: tuple[str, ...], tmp_path: Path
) -> None:
    ignore.messages[2] = response(STARTED + CLICK, "→", 302, SECOND, "1 INVITE", *headers)
    assert ignore.wrong(tmp_path) == {"sent on to voicemail"}


def test_a_caller_who_does_not_arrive_at_voicemail_fails(ignore: MadeUp, tmp_path: Path) -> None:
    ignore.caller2[:] = 0
    assert ignore.wrong(tmp_path) == {"voicemail: caller 2 hears voicemail"}


@pytest.mark.parametrize(("missing", "fails"), [(0.02, False), (0.06, True)])
def test_a_gap_in_the_first_call_fails(ignore: MadeUp, missing: float, fails: bool, tmp_path: Path) -> None:
    first = round((CLICK + 0.5) * RATE)
    ignore.headset[first : first + round(missing * RATE)] = 0
    assert ignore.wrong(tmp_path) == ({"the first call never stops"} if fails else set())
