"""A customer whose telephone sends an INVITE again until it hears something, as RFC 3261 section 17.1.1.2 has it.

It knows its manners in a race, too: who offers is told 491 while an offer of its own is open (section 14.2), and a call
given up too late is taken and hung up (section 15).
"""

from __future__ import annotations

import threading
import uuid
from typing import Any

from tests.lab.scripted_customer import Leg, ScriptedCustomer
from tests.lab.sip_message import SipMessage, got

T1 = 0.5
TIMES = 7
REQUEST_PENDING = 491
MERGED = 482  # to an INVITE that came by two ways; the other one goes on


class GoodCaller(ScriptedCustomer):
    """Calls the softphone at *address* itself.

    ``holds`` is the answer to a re-INVITE, 0 for none; ``bye_first`` hangs up before that answer is given.
    """

    def __init__(
        self, address: tuple[str, int], user: str = "+15558675309", name: str = "Good Caller", **more: Any
    ) -> None:
        super().__init__(address, user, name, **more)
        self.holds, self.bye_first = 200, False
        self._heard = threading.Event()
        self._repeater: threading.Thread | None = None
        self._offering = False

    @property
    def call_id(self) -> str:
        """Of its first call."""
        return self.legs[0].call_id

    @property
    def over(self) -> bool:
        """Whether its first call was refused or is over."""
        return self.legs[0].over

    def call(self, number: str) -> None:
        """Dial, and insist."""
        self.dial(number)
        self._repeater = threading.Thread(target=self._insist, name="insisting", daemon=True)
        self._repeater.start()

    def offer_again(self) -> None:
        """A re-INVITE of its own."""
        leg = self.talk
        self._offering = True
        self._request(leg, "INVITE", "Content-Type: application/sdp", body=self._sdp(leg, "sendrecv"))

    def send_again(self, *, branch: str = "") -> None:
        """The INVITE once more: a repetition, or with another *branch* one that came by another way."""
        leg = self.legs[0]
        assert leg.invite is not None
        headers = [f"{name}: {value}" for name, value in leg.invite.headers if name != "Content-Length"]
        if branch:
            headers[0] = f"{headers[0].partition('branch=')[0]}branch=z9hG4bK{branch}"
        self._send(leg.invite.start, headers, leg.invite.body, leg.peer)

    def __exit__(self, *exception: object) -> None:
        self._heard.set()
        if self._repeater is not None:
            self._repeater.join(5)
        super().__exit__(*exception)

    def _insist(self) -> None:
        wait = T1
        for _ in range(TIMES):
            if self._heard.wait(wait):
                return
            self.send_again()
            wait *= 2

    def _answered(self, message: SipMessage) -> None:
        if message.method == "INVITE":
            self._heard.set()
            if message.sequence > 1:
                self._offer_answered(message)
                return
            if message.status == MERGED or (message.status >= 300 and self._was_answered):
                self._acknowledge_offer(self.legs[0], message)
                return
        super()._answered(message)

    def _asked(self, message: SipMessage) -> None:
        leg = self._leg(message)
        if message.method != "INVITE" or leg is None:
            super()._asked(message)
            return
        if self.bye_first and not leg.over:
            self.hang_up()
        if self._offering:
            self._respond(message, REQUEST_PENDING)
        elif leg.over:
            self._respond(message, 481)
        elif self.holds == 200:
            super()._asked(message)
        elif self.holds:
            self._respond(message, self.holds)

    @property
    def _was_answered(self) -> bool:
        """The first final answer counts: PJSIP answers 500 where a repetition overtakes the end of the transaction."""
        return self.count(got(200)) > 0

    def _offer_answered(self, answer: SipMessage) -> None:
        leg = self._leg(answer)
        if leg is None or answer.status < 200:
            return
        self._offering = False
        self._acknowledge_offer(leg, answer)

    def _acknowledge_offer(self, leg: Leg, answer: SipMessage) -> None:
        """In the transaction when it was refused, in a new one when it was taken (RFC 3261 17.1.1.3, 13.2.2.4)."""
        fresh = f"SIP/2.0/UDP 127.0.0.1:{self.port};rport;branch=z9hG4bK{uuid.uuid4().hex}"
        lines = [
            f"Via: {answer.values('Via')[0] if answer.status >= 300 else fresh}",
            "Max-Forwards: 70",
            f"From: {leg.local}",
            f"To: {leg.remote}",
            f"Call-ID: {leg.call_id}",
            f"CSeq: {answer.sequence} ACK",
        ]
        self._send(f"ACK {leg.target} SIP/2.0", lines, "", leg.peer)
