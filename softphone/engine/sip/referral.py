"""The REFERs of one call (RFC 3515): each is accepted or refused once, then the other side may tell how it goes.

Pure: it is told what happens on the wire and returns the events to tell; EngineCall sends.
"""

from __future__ import annotations

import re

from softphone.engine.problems import CannotDoError
from softphone.engine.sip.message import SipMessage
from softphone.model.ua_events import ReferAccepted, ReferProgress, ReferRefused, UaEvent

NO_DIALOG = 481
_STATUS = re.compile(r"\s*SIP/2\.0[ \t]+(\d{3})\b", re.I)  # of a message/sipfrag, RFC 3420
_ID = re.compile(r";\s*id\s*=\s*(\d+)", re.I)
_END_OF_HEAD = re.compile(r"\r?\n\r?\n")


class Referral:
    """At most one REFER waits for its answer; the progress told is that of the last one that was accepted."""

    def __init__(self, call: str) -> None:
        self._call = call
        self._waiting = False
        self._transaction = 0  # PJSIP's, of the last request: after a 401 or 407 a second one follows
        self._refusal = 0
        self._number = 0  # CSeq of the last REFER, the id of its NOTIFYs (RFC 3515 section 2.4.6)
        self._followed = False

    def begin(self) -> None:
        """A REFER is about to be sent. Raises CannotDoError while the one before has no answer."""
        if self._waiting:
            raise CannotDoError("the other side has not answered the last transfer yet")
        self._waiting, self._followed = True, False
        self._transaction = self._refusal = self._number = 0

    def drop(self) -> None:
        """It could not be sent."""
        self._waiting = False

    def request_sent(self, transaction: int) -> None:
        """A REFER transaction of ours has begun."""
        self._transaction, self._refusal = transaction, 0

    def final_answer(self, transaction: int, code: int, text: str) -> list[UaEvent]:
        """A REFER transaction of ours is over. *text* is the answer's, empty when there came none.

        A refusal counts only when no second try with credentials follows: ``settle`` tells.
        """
        if not self._waiting or transaction != self._transaction:
            return []
        if code >= 300:
            self._refusal = code
            return []
        self._number = _number(SipMessage.parse(text).first("CSeq").partition(" ")[0])
        return self._accept()

    def settle(self) -> list[UaEvent]:
        """After everything that a final answer causes has happened."""
        return self._refuse(self._refusal) if self._waiting and self._refusal else []

    def notified(self, text: str) -> list[UaEvent]:
        """A NOTIFY of the other side. One that overtakes the answer to the REFER is an answer, too."""
        message = SipMessage.parse(text)
        event = message.first("Event").partition(";")
        if event[0].strip().casefold() != "refer" or not self._belongs(f";{event[2]}"):
            return []
        status = _STATUS.match(_END_OF_HEAD.split(text, maxsplit=1)[-1])
        if status is None:
            return []
        accepted = self._accept() if self._waiting else []
        return accepted + self._progress(int(status[1]), message.first("Subscription-State"))

    def ended(self) -> list[UaEvent]:
        """The call is over."""
        return self._refuse(self._refusal or NO_DIALOG) if self._waiting else []

    def _belongs(self, parameters: str) -> bool:
        found = _ID.search(parameters)
        return found is None or not self._number or _number(found[1]) == self._number

    def _accept(self) -> list[UaEvent]:
        self._waiting, self._followed = False, True
        return [ReferAccepted(self._call)]

    def _refuse(self, code: int) -> list[UaEvent]:
        self._waiting = False
        return [ReferRefused(self._call, code)]

    def _progress(self, code: int, subscription: str) -> list[UaEvent]:
        if not self._followed:
            return []
        final = code >= 200 or subscription.strip().casefold().startswith("terminated")
        self._followed = not final
        return [ReferProgress(self._call, code, final)]


def _number(digits: str) -> int:
    """CSeq numbers have at most ten digits (RFC 3261 section 8.1.1.5); 0 for what is none."""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 10 else 0
