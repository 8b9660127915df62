"""Did everything happen as the chosen action promises? Judged by recordings and SIP trace, not by what the app says."""

from __future__ import annotations

from collections.abc import Callable

from softphone.demo import wire
from softphone.demo.analysis import HEARD, heard_seconds, longest_gap, loudness, steady_level
from softphone.demo.beep_checks import BeepMeasured, check_beep
from softphone.demo.evidence import HEADSET, Check, Evidence
from softphone.demo.profile import TONE_HZ
from softphone.demo.story import AGENT, ANSWERED, CALLER1, CALLER2, ENDING, NAMES, SECOND_CALL, TALKING, VOICEMAIL
from softphone.model.actions import Choice

CALL_WAITING = "urn:alert:service:call-waiting"
TALK_SECONDS = 2.0
GAP_SECONDS = 0.040


def judge(evidence: Evidence, action: Choice, beep: BeepMeasured) -> list[Check]:
    """Every check *action* asks for."""
    return [
        Check("sequence", not evidence.missing, evidence.missing or "every step happened"),
        *_conversation("first conversation", evidence, CALLER1, TALKING, SECOND_CALL),
        _signalled(evidence),
        *check_beep(evidence.beep, beep),
        *_PROMISES[action](evidence),
    ]


def _hold_and_answer(evidence: Evidence) -> list[Check]:
    held, confirmed = wire.hold(evidence.messages, evidence.first_call)
    music = loudness(evidence.between(CALLER1, ANSWERED, ENDING))
    return [
        _in_order(
            "held before answered",
            ("re-INVITE with a=sendonly", held),
            ("its 200", confirmed),
            ("200 for the second call", wire.answer(evidence.messages, evidence.second_call, 200)),
        ),
        Check("caller 1 hears music on hold", music > HEARD, f"{music:.1f} dBFS"),
        _does_not_hear(evidence, CALLER1, AGENT),
        _does_not_hear(evidence, HEADSET, CALLER1),
        *_conversation("second conversation", evidence, CALLER2, ANSWERED, ENDING),
    ]


def _hangup_and_answer(evidence: Evidence) -> list[Check]:
    return [
        _in_order(
            "hung up before answered",
            ("BYE for the first call", wire.bye(evidence.messages, evidence.first_call)),
            ("200 for the second call", wire.answer(evidence.messages, evidence.second_call, 200)),
        ),
        _does_not_hear(evidence, HEADSET, CALLER1),
        *_conversation("second conversation", evidence, CALLER2, ANSWERED, ENDING),
    ]


def _ignore(evidence: Evidence) -> list[Check]:
    gap = longest_gap(evidence.between(HEADSET, TALKING, ENDING), TONE_HZ[CALLER1])
    length = evidence.between(HEADSET, TALKING, ENDING).seconds
    return [
        _diverted(evidence),
        _hears("voicemail", evidence, CALLER2, VOICEMAIL, ANSWERED, ENDING),
        Check(
            "the first call never stops",
            length > 0 and gap <= GAP_SECONDS,
            f"longest gap {gap * 1000:.0f} ms in {length:.1f} s, at most {GAP_SECONDS * 1000:.0f} allowed",
        ),
        _hears("first call goes on", evidence, CALLER1, AGENT, ANSWERED, ENDING),
    ]


_PROMISES: dict[Choice, Callable[[Evidence], list[Check]]] = {
    Choice.HOLD_AND_ANSWER: _hold_and_answer,
    Choice.HANGUP_AND_ANSWER: _hangup_and_answer,
    Choice.IGNORE: _ignore,
}


def _signalled(evidence: Evidence) -> Check:
    """The waiting caller's telephone is told so (RFC 7462)."""
    ringing = wire.answer(evidence.messages, evidence.second_call, 180)
    alert = ringing.header("Alert-Info") if ringing else ""
    found = f"Alert-Info: {alert or 'none'}" if ringing else "missing in the SIP trace"
    return Check("180 for the waiting caller", CALL_WAITING in alert, found)


def _diverted(evidence: Evidence) -> Check:
    """RFC 3261 section 21.3.3, RFC 5806."""
    name = "sent on to voicemail"
    moved = wire.answer(evidence.messages, evidence.second_call, 302)
    if moved is None:
        return Check(name, False, "missing in the SIP trace: 302 for the second call")
    contact, diversion = moved.header("Contact"), moved.header("Diversion")
    right = f"<{evidence.voicemail}>" in contact and "reason=deflection" in diversion
    return Check(name, right, f"302, Contact: {contact or 'none'}, Diversion: {diversion or 'none'}")


def _in_order(name: str, *steps: tuple[str, wire.Message | None]) -> Check:
    """These messages are there, each after the one before."""
    for words, message in steps:
        if message is None:
            return Check(name, False, f"missing in the SIP trace: {words}")
    times = [message.at for _, message in steps if message is not None]
    told = ", then ".join(words for words, _ in steps)
    return Check(name, times == sorted(times), told if times == sorted(times) else f"not in this order: {told}")


def _conversation(name: str, evidence: Evidence, caller: str, start: str, end: str) -> list[Check]:
    """Agent and caller hear each other."""
    return [
        _hears(name, evidence, HEADSET, caller, start, end),
        _hears(name, evidence, caller, AGENT, start, end),
    ]


def _hears(name: str, evidence: Evidence, listener: str, speaker: str, start: str, end: str) -> Check:
    seconds = heard_seconds(evidence.between(listener, start, end), TONE_HZ[speaker])
    found = f"for {seconds:.1f} s of at least {TALK_SECONDS:g}"
    return Check(f"{name}: {_name(listener)} hears {NAMES[speaker]}", seconds >= TALK_SECONDS, found)


def _does_not_hear(evidence: Evidence, listener: str, speaker: str) -> Check:
    """The music on hold has notes of nearly the same pitch, but none that lasts as long as a party's tone."""
    part = evidence.between(listener, ANSWERED, ENDING)
    level = steady_level(part, TONE_HZ[speaker], TALK_SECONDS)
    ok = part.seconds >= TALK_SECONDS and level < HEARD
    return Check(f"{_name(listener)} does not hear {NAMES[speaker]} any more", ok, f"{level:.1f} dBFS at that tone")


def _name(listener: str) -> str:
    return NAMES[AGENT if listener == HEADSET else listener]
