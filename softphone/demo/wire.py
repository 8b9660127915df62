"""The SIP trace of the phone, read back: what was really said on the wire, and in which order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

_HEADING = re.compile(r"^---- \S+ (?P<at>\d+\.\d+) (?P<way>[→←]) .*$", re.M)
_STATUS = re.compile(r"^SIP/2\.0 (\d{3}) ")


@dataclass(frozen=True, slots=True)
class Message:
    """One SIP message; *sent* by the phone or received by it, *at* on the monotonic clock."""

    at: float
    sent: bool
    text: str

    @property
    def status(self) -> int:
        """Status code of a response, 0 for a request."""
        found = _STATUS.match(self.text)
        return int(found[1]) if found else 0

    @property
    def call_id(self) -> str:
        """Which dialog it belongs to."""
        return self.header("Call-ID")

    @property
    def cseq(self) -> tuple[int, str]:
        """Number and method."""
        number, _, method = self.header("CSeq").partition(" ")
        return int(number) if number.isdigit() else 0, method.strip()

    def header(self, name: str) -> str:
        """The first header of this name, empty when there is none."""
        found = re.search(rf"^{re.escape(name)}[ \t]*:[ \t]*(.*)$", self.text.partition("\n\n")[0], re.I | re.M)
        return found[1].strip() if found else ""

    def is_request(self, method: str) -> bool:
        """Whether it is a request of this method."""
        return self.text.startswith(f"{method} ")


def read_trace(path: Path) -> list[Message]:
    """Every message of a trace file, in order; none when there is no file."""
    text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    headings = list(_HEADING.finditer(text))
    ends = [*(heading.start() for heading in headings), len(text)][1:]
    return [
        Message(float(heading["at"]), heading["way"] == "→", text[heading.end() : end].strip())
        for heading, end in zip(headings, ends, strict=True)
    ]


def first(messages: Iterable[Message], wanted: Callable[[Message], object]) -> Message | None:
    """The first message that fits."""
    return next((message for message in messages if wanted(message)), None)


def hold(messages: list[Message], call_id: str) -> tuple[Message | None, Message | None]:
    """The re-INVITE with ``a=sendonly`` of this call (RFC 3264 section 8.4) and its 200."""
    asked = first(messages, lambda m: m.sent and m.is_request("INVITE") and _on_hold(m) and m.call_id == call_id)
    if asked is None:
        return None, None
    return asked, first(
        messages, lambda m: not m.sent and m.status == 200 and m.call_id == call_id and m.cseq == asked.cseq
    )


def answer(messages: list[Message], call_id: str, status: int) -> Message | None:
    """The phone's response of this status to the INVITE of this call."""
    return first(messages, lambda m: m.sent and m.status == status and m.call_id == call_id and m.cseq[1] == "INVITE")


def bye(messages: list[Message], call_id: str) -> Message | None:
    """The phone's BYE in this call."""
    return first(messages, lambda m: m.sent and m.is_request("BYE") and m.call_id == call_id)


def _on_hold(message: Message) -> bool:
    return "\na=sendonly" in message.text
