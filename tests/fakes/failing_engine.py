"""An engine whose callbacks fail where the message says so, as a mistake of ours might: ``X-Fail: announce``.

``announce``: it cannot be told of; ``later``: its next callback fails.
"""

from __future__ import annotations

import sys
from typing import Any

from softphone.engine.process import run
from softphone.engine.sip import account
from softphone.engine.sip.call import EngineCall
from softphone.engine.sip.message import SipMessage
from tests.fakes.null_sound import NullSound


class FailingMessage(SipMessage):
    @classmethod
    def parse(cls, text: str) -> SipMessage:
        if "X-Fail: announce" in text:
            raise ValueError("made to fail")
        return SipMessage.parse(text)


class FailingRecord:
    """In the place of a call's record of its dialog."""

    def __init__(self, record: Any) -> None:
        self._record = record
        self._fails = False

    def take(self, message: SipMessage) -> None:
        self._fails = message.first("X-Fail") == "later"
        self._record.take(message)

    def received(self, text: str) -> None:
        if self._fails:
            raise ValueError("made to fail later")
        self._record.received(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._record, name)


def make_it_fail() -> None:
    vars(account)["SipMessage"] = FailingMessage
    made = EngineCall.__init__

    def init(self: EngineCall, *arguments: Any, **named: Any) -> None:
        made(self, *arguments, **named)
        self.record = FailingRecord(self.record)  # type: ignore[assignment]

    EngineCall.__init__ = init  # type: ignore[method-assign]


if __name__ == "__main__":
    make_it_fail()
    sys.exit(run(NullSound))
