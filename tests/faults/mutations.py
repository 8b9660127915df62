"""Messages as our own softphone sends them, damaged by chance: bytes, lines, numbers, tags, lengths, whole halves.

The same seed damages them in the same way. Those that belong to a dialog are sent into a second call of the agent's,
half of them with one tag wrong; the first call is on hold meanwhile, and is the one that has to survive. When the
engine dies of them, the last ones are kept in ``out/faults``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random

from softphone.errors import UserFacingError
from tests.faults.good_caller import GoodCaller
from tests.faults.row import Fault
from tests.faults.stranger import SDP, SDP_TYPE, Stranger, request
from tests.faults.subject import Subject
from tests.lab.provisioning import DIRECT
from tests.lab.waiting import until

KIND = "damaged message"
OUT = Path("out/faults")
METHODS = ("INVITE", "ACK", "BYE", "REFER", "NOTIFY", "SUBSCRIBE", "UPDATE", "SDP")
EVERY, CHOICE = 32_000, 400
CHUNK = 250  # between two looks at everything
BATCH = 25  # after so many it is asked whether they have been read
TOGETHER = 5  # from one address, and over one connection: what is cut short swallows what follows
_OF_OURS = (
    "Allow: PRACK, INVITE, ACK, BYE, CANCEL, UPDATE, INFO, SUBSCRIBE, NOTIFY, REFER, MESSAGE, OPTIONS",
    "Supported: replaces, 100rel, timer, norefersub, trickle-ice",
    "Session-Expires: 1800",
    "Min-SE: 90",
    "User-Agent: softphone/1",
)
_HEADERS: dict[str, tuple[str, ...]] = {
    "INVITE": (*_OF_OURS, "Alert-Info: <urn:alert:service:call-waiting>", SDP_TYPE),
    "SDP": (*_OF_OURS, SDP_TYPE),
    "UPDATE": (*_OF_OURS, SDP_TYPE),
    "REFER": ("Event: refer", "Refer-To: <sip:agent2@127.0.0.1;pickup=1>", "Referred-By: <sip:agent1@127.0.0.1>"),
    "NOTIFY": (
        "Event: refer;id=2",
        "Subscription-State: terminated;reason=noresource",
        "Content-Type: message/sipfrag",
    ),
    "SUBSCRIBE": ("Event: refer", "Expires: 0", "Accept: message/sipfrag;version=2.0"),
}
_BODIES = {"INVITE": SDP, "SDP": SDP, "UPDATE": SDP, "NOTIFY": b"SIP/2.0 200 OK\r\n"}
_NASTY = (
    b"",
    b"\0",
    b"%00",
    b"%",
    b'"',
    b"\xff\xfe",
    b"<",
    b">",
    b";",
    b",",
    b":",
    b"@",
    b"[",
    b"sip:",
    b"tel:1>, <sip:x",
)
_NUMBERS = (b"0", b"-1", b"4294967296", b"18446744073709551616", b"9" * 40, b"1e9", b"0x10")


def faults(seed: int, thorough: bool) -> Iterator[Fault]:
    """The same number of each method, over UDP and over TCP."""
    each = (EVERY if thorough else CHOICE) // (len(METHODS) * 2)
    for method in METHODS:
        for transport in ("udp", "tcp"):
            for start in range(0, each, CHUNK):
                count = min(CHUNK, each - start)
                inflict = partial(_damage, method=method, transport=transport, seed=f"{seed}/{start}", count=count)
                yield Fault(KIND, f"{method}, {transport.upper()}, from {start}", count, inflict)


def _damage(subject: Subject, method: str, transport: str, seed: str, count: int) -> str:
    chance = Random(f"{seed}/{method}/{transport}")
    engine, last = subject.engine_pid, deque[bytes](maxlen=BATCH)
    with GoodCaller(subject.address, user="+15550107777", name="Second Caller") as second:
        _take(subject, second)
        for _ in range(0, count, BATCH):
            for _ in range(BATCH // TOGETHER):
                with suppress(OSError), Stranger(subject.address, transport) as stranger:
                    for _ in range(TOGETHER):
                        last.append(damaged(_message(method, stranger, second, chance), chance))
                        stranger.send(last[-1])
            with Stranger(subject.address) as asking:
                asking.ping(2.0)
            if not subject.alive(engine):
                return _keep(f"{method}-{transport}-{seed.replace('/', '-')}", last)
        with suppress(UserFacingError, AssertionError):
            second.hang_up()
            subject.wait_for(lambda s: second.call_id not in str(s["calls"]), "the second caller is gone", 2.0)
    return ""


def _take(subject: Subject, second: GoodCaller) -> None:
    second.call(DIRECT)
    subject.wait_for(lambda s: s["waiting"], "the second caller waits")
    subject.ask("hold-answer")
    until(lambda: second.live, "the second call is up")


def _keep(name: str, last: deque[bytes]) -> str:
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{name}.txt").write_bytes(b"\n=====\n".join(last))
    return ""


def _message(method: str, stranger: Stranger, second: GoodCaller, chance: Random) -> bytes:
    """Undamaged. An INVITE and half of the others are in no dialog; the SDP is that of a re-INVITE."""
    name = f"{method}-{chance.getrandbits(40):x}"
    verb = "INVITE" if method == "SDP" else method
    to = f"<sip:{DIRECT if chance.random() < 0.2 else 'agent1'}@127.0.0.1>"
    message = request(
        verb, stranger, *_HEADERS.get(method, _OF_OURS), call_id=name, to=to, body=_BODIES.get(method, b"")
    )
    if method == "INVITE" or not second.live:
        return message
    leg = second.live[-1]
    remote = leg.remote + ("x" if chance.random() < 0.5 else "")
    for old, new in (
        (f"To: {to}", f"To: {remote}"),
        (f'From: "Stranger" <sip:stranger@{stranger.ip}>;tag=from-{name}', f"From: {leg.local}"),
        (f"Call-ID: {name}", f"Call-ID: {leg.call_id}"),
        ("CSeq: 1 ", f"CSeq: {next(leg.sequence)} "),
    ):
        message = message.replace(old.encode(), new.encode(), 1)
    return message


# --- damage ---


def damaged(message: bytes, chance: Random) -> bytes:
    """*message* after one to four accidents; of an SDP's message the body has most of them."""
    for _ in range(chance.randint(1, 4)):
        message = chance.choice(_ACCIDENTS)(message, chance)
    return message


def _flip(message: bytes, chance: Random) -> bytes:
    place = _place(message, chance)
    return message[:place] + bytes([chance.randrange(256)]) + message[place + 1 :]


def _insert(message: bytes, chance: Random) -> bytes:
    place = _place(message, chance)
    return message[:place] + chance.randbytes(chance.randint(1, 12)) + message[place:]


def _cut(message: bytes, chance: Random) -> bytes:
    place = _place(message, chance)
    return message[:place] + message[place + chance.randint(1, 60) :]


def _end_early(message: bytes, chance: Random) -> bytes:
    return message[: _place(message, chance)]


def _repeat(message: bytes, chance: Random) -> bytes:
    place = _place(message, chance)
    piece = message[place : place + chance.randint(1, 40)]
    return message[:place] + piece * chance.choice((2, 5, 40)) + message[place:]


def _number(message: bytes, chance: Random) -> bytes:
    """One of its numbers becomes an impossible one."""
    words = message.split(b" ")
    digits = [index for index, word in enumerate(words) if word[:1].isdigit()]
    if digits:
        words[chance.choice(digits)] = chance.choice(_NUMBERS)
    return b" ".join(words)


def _line(message: bytes, chance: Random) -> bytes:
    """A line goes away, comes twice, changes places, loses its value, is folded."""
    lines = message.split(b"\r\n")
    index, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    name, colon, value = lines[index].partition(b":")
    match chance.randrange(6):
        case 0:
            del lines[index]
        case 1:
            lines.insert(other, lines[index])
        case 2:
            lines[index], lines[other] = lines[other], lines[index]
        case 3:
            lines[index] = name + colon + chance.choice(_NASTY)
        case 4:
            lines[index] = name + colon + b"\r\n " + value
        case _:
            lines[index] = name + colon + value * chance.choice((2, 30))
    return b"\r\n".join(lines)


def _token(message: bytes, chance: Random) -> bytes:
    """Something nasty in the place of a separator."""
    places = [index for index, byte in enumerate(message) if byte in b';<>,"=:@/']
    if not places:
        return message
    place = chance.choice(places)
    return message[:place] + chance.choice(_NASTY) + message[place + 1 :]


def _tag(message: bytes, chance: Random) -> bytes:
    """A tag or a branch goes away."""
    name = chance.choice((b";tag=", b";branch=", b";rport", b"z9hG4bK"))
    return message.replace(name, b"", 1)


def _in_body(message: bytes, chance: Random) -> bytes:
    """An accident of the body alone; its length is told right."""
    head, separator, body = message.partition(b"\r\n\r\n")
    if not body:
        return _flip(message, chance)
    body = chance.choice((_flip, _insert, _cut, _repeat, _number, _line))(body, chance)
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
    return b"\r\n".join([*lines, b"Content-Length: %d" % len(body)]) + separator + body


def _place(message: bytes, chance: Random) -> int:
    return chance.randrange(max(1, len(message)))


_ACCIDENTS: tuple[Callable[[bytes, Random], bytes], ...] = (
    *(_flip, _insert, _cut, _end_early, _repeat, _number, _tag),
    *(_line, _token) * 2,
    *(_in_body,) * 3,
)
