"""Callers whose SDP is odd: some are answered, and then held and resumed like anybody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from softphone.errors import UserFacingError
from tests.faults.good_caller import GoodCaller
from tests.faults.row import Fault
from tests.faults.subject import Subject
from tests.lab.provisioning import DIRECT
from tests.lab.sip_message import got

KIND = "odd SDP, then a hold"
_HEAD = "v=0\no=- 1 {version} IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\n"
_AUDIO = "m=audio {port} RTP/AVP 0\na=rtpmap:0 PCMU/8000\na={direction}\n"
# {port}, {version}, {direction} are as they must be
OFFERS: dict[str, str] = {
    "no connection line": "v=0\no=- 1 {version} IN IP4 127.0.0.1\ns=-\nt=0 0\n" + _AUDIO,
    "0.0.0.0, the old hold": _HEAD.replace("c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0") + _AUDIO,
    "IPv6 it cannot reach": _HEAD.replace("c=IN IP4 127.0.0.1", "c=IN IP6 ::1") + _AUDIO,
    "a name for an address": _HEAD.replace("c=IN IP4 127.0.0.1", "c=IN IP4 nowhere.invalid") + _AUDIO,
    "port 0": _HEAD + _AUDIO.replace("{port}", "0"),
    "port 65536": _HEAD + _AUDIO.replace("{port}", "65536"),
    "port -1": _HEAD + _AUDIO.replace("{port}", "-1"),
    "two audio streams": _HEAD + _AUDIO + _AUDIO,
    "video as well": _HEAD + _AUDIO + "m=video 30000 RTP/AVP 31\na=rtpmap:31 H261/90000\n",
    "video before sound": _HEAD + "m=video 30000 RTP/AVP 31\na=rtpmap:31 H261/90000\n" + _AUDIO,
    "twenty streams": _HEAD + _AUDIO + "m=video 30000 RTP/AVP 31\n" * 19,
    "fax": _HEAD + "m=image {port} udptl t38\na=T38FaxVersion:0\n",
    "no stream": _HEAD,
    "an unknown codec first": _HEAD
    + "m=audio {port} RTP/AVP 96 0\na=rtpmap:96 XYZ/8000\na=rtpmap:0 PCMU/8000\na={direction}\n",
    "no codec we know": _HEAD + "m=audio {port} RTP/AVP 96\na=rtpmap:96 XYZ/8000\n",
    "payload type 200": _HEAD + "m=audio {port} RTP/AVP 0 200\na=rtpmap:200 PCMU/8000\n",
    "a codec at 0 Hz": _HEAD + "m=audio {port} RTP/AVP 0 97\na=rtpmap:97 PCMU/0\na={direction}\n",
    "no rtpmap for 97": _HEAD + "m=audio {port} RTP/AVP 0 97\na={direction}\n",
    "ptime 0": _HEAD + _AUDIO + "a=ptime:0\n",
    "ptime of an hour": _HEAD + _AUDIO + "a=ptime:3600000\n",
    "two directions": _HEAD + _AUDIO + "a=inactive\n",
    "a direction nobody knows": _HEAD + _AUDIO.replace("{direction}", "sendsometimes"),
    "a line of 2,000 bytes": _HEAD + _AUDIO + f"a=x:{'y' * 2000}\n",
    "two hundred attributes": _HEAD + _AUDIO + "".join(f"a=x{number}:y\n" for number in range(200)),
    "bytes that are no text": _HEAD.replace("s=-", "s=\xff\xfe\x80") + _AUDIO,
    "no version": _HEAD.removeprefix("v=0\n") + _AUDIO,
    "lines without a value": _HEAD + _AUDIO + "a=\nb=\nx\n",
    "SRTP that was not asked for": _HEAD
    + _AUDIO.replace("RTP/AVP", "RTP/SAVP")
    + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\n",
    "rtcp elsewhere": _HEAD + _AUDIO + "a=rtcp:53020 IN IP4 192.0.2.1\n",
    "ICE without candidates": _HEAD + _AUDIO + "a=ice-ufrag:x\na=ice-pwd:y\na=candidate:1 1 UDP 1 \n",
    "an origin that stands still": _HEAD.replace("{version}", "1") + _AUDIO,
    "an origin version of 30 digits": _HEAD.replace("{version}", "9" * 30) + _AUDIO,
}
_OF_THE_SHORT_LIST = ("no connection line", "two audio streams", "bytes that are no text")


def faults(seed: int, thorough: bool) -> Iterator[Fault]:
    """Each offer once. It is the caller's own call: nobody else is in one."""
    for name, offer in OFFERS.items():
        if thorough or name in _OF_THE_SHORT_LIST:
            yield Fault(KIND, name, 1, partial(_call, offer=offer))


def _call(subject: Subject, offer: str) -> str:
    """Hold & Answer takes the odd caller where they ring; then they are held, resumed, hung up on."""
    with GoodCaller(subject.address, user="+15550109911", name="Odd Caller") as caller:
        caller.offer = offer
        caller.call(DIRECT)
        final = lambda seen: not seen.sent and seen.message.status >= 180  # noqa: E731
        caller.wait_for(final)
        if caller.count(got(180)):
            subject.wait_for(lambda s: caller.call_id in str(s["calls"]), "the odd call is there")
            with suppress(UserFacingError):
                _use(subject, caller)
        caller.hang_up()
    return ""


def _use(subject: Subject, caller: GoodCaller) -> None:
    call = next(c["id"] for c in subject.app.status()["calls"] if c["sip_call_id"] == caller.call_id)
    subject.ask("hold-answer", call)
    subject.wait_for(lambda s: _state(s, call) in ("active", ""), "the odd call is up, or over")
    if _state(subject.app.status(), call):
        subject.ask("hold", call)
        subject.wait_for(lambda s: _state(s, call) in ("held", "active", ""), "the odd call is held, or goes on")
    if _state(subject.app.status(), call) == "held":
        subject.ask("resume", call)
        subject.wait_for(lambda s: _state(s, call) in ("held", "active", ""), "the odd call is resumed, or stays held")
    if _state(subject.app.status(), call):
        subject.ask("hangup", call)


def _state(status: dict[str, object], call: str) -> str:
    calls = status["calls"]
    assert isinstance(calls, list)
    return next((each["state"] for each in calls if each["id"] == call), "")
