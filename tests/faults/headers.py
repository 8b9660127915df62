"""Every byte from 0 to 255 in every header the softphone reads: a name, a number, an address, a tag."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from tests.faults.row import Fault
from tests.faults.stranger import Stranger, invite
from tests.faults.subject import Subject
from tests.lab.provisioning import DIRECT

KIND = "byte from 0 to 255 in a header"
ENTIRE = 256
BATCH = 16
# {} is the byte; what is no new header takes the place of a good one
HEADERS: dict[str, str] = {
    "From, name": 'From: "An{} Other" <sip:stranger@127.0.0.1>;tag=f',
    "From, user": "From: <sip:str{}anger@127.0.0.1>;tag=f",
    "From, tag": "From: <sip:stranger@127.0.0.1>;tag=f{}f",
    "To, name": 'To: "Ag{}ent" <sip:{direct}@127.0.0.1>',
    "To, user": "To: <sip:agent{}1@127.0.0.1>",
    "Call-ID": "Call-ID: head{}er-{port}-{code}",
    "Contact": "Contact: <sip:str{}anger@127.0.0.1:9>",
    "Via, branch": "Via: {via};branch=z9hG4bK{}{code}",
    "CSeq": "CSeq: 1{} INVITE",
    "X-Tracking-Number": "X-Tracking-Number: +1555{}1230001",
    "P-Called-Party-ID": "P-Called-Party-ID: <sip:{direct}{}@127.0.0.1>",
    "Diversion": "Diversion: <sip:{direct}@127.0.0.1>;reason=no{}answer",
    "History-Info": "History-Info: <sip:{direct}{}@127.0.0.1>;index=1",
    "P-Asserted-Identity": 'P-Asserted-Identity: "An{} Other" <sip:stranger@127.0.0.1>',
    "Supported": "Supported: repl{}aces",
    "Replaces": "Replaces: some{}body;to-tag=1;from-tag=2",
    "Referred-By": "Referred-By: <sip:some{}body@127.0.0.1>",
    "Reason": 'Reason: SIP;cause=200;text="a{}b"',
    "Subject": "Subject: about{}it",
    "Alert-Info": "Alert-Info: <urn:alert:{}service:call-waiting>",
    "User-Agent": "User-Agent: phone{}/1",
    "Content-Type": "Content-Type: application/sd{}p",
    "Identity": "Identity: eyJ{}hbGci;info=<https://127.0.0.1/cert>",
}
_OF_THE_SHORT_LIST = ("From, name", "To, name", "X-Tracking-Number")


def faults(seed: int, thorough: bool) -> Iterator[Fault]:
    """A row for each header; of the short list every fifth byte in three of them."""
    step = 1 if thorough else 5
    for name, header in HEADERS.items():
        if thorough or name in _OF_THE_SHORT_LIST:
            yield Fault(KIND, name, len(range(0, ENTIRE, step)), partial(_send, header=header, step=step, name=name))


def _send(subject: Subject, header: str, step: int, name: str) -> str:
    codes = range(0, ENTIRE, step)
    silent = []
    for start in range(0, len(codes), BATCH):
        with Stranger(subject.address) as stranger:
            for code in codes[start : start + BATCH]:
                stranger.send(_with_byte(stranger, header, code))
            stranger.ping()
            if name == "From, name":  # what telephone systems write in Latin-1 must not go unanswered
                answered = {answer.header("Call-ID") for answer in stranger.answers}
                silent += [
                    c for c in codes[start : start + BATCH] if c > 0x7F and _call_id(stranger, c) not in answered
                ]
    return f"the callers named with bytes {silent}" if silent else ""


def _call_id(stranger: Stranger, code: int) -> str:
    return f"header-{stranger.port}-{code}"


def _with_byte(stranger: Stranger, header: str, code: int) -> bytes:
    words: dict[str, Callable[[], str]] = {
        "{direct}": lambda: DIRECT,
        "{port}": lambda: str(stranger.port),
        "{code}": lambda: str(code),
        "{via}": lambda: stranger.via,
        "{}": lambda: chr(code),
    }
    for mark, value in words.items():
        header = header.replace(mark, value())
    message = invite(stranger, _call_id(stranger, code), to=f"<sip:{DIRECT}@127.0.0.1>").decode("latin-1")
    head, separator, body = message.partition("\r\n\r\n")
    name = header.partition(":")[0]
    lines = [line for line in head.split("\r\n") if not line.startswith(f"{name}:")]
    return "\r\n".join([*lines, header]).encode("latin-1") + separator.encode() + body.encode("latin-1")
