"""A customer whose telephone sends an INVITE again until it hears something, as RFC 3261 section 17.1.1.2 has it."""

from __future__ import annotations

import threading
from typing import Any

from tests.lab.scripted_customer import ScriptedCustomer
from tests.lab.sip_message import SipMessage

T1 = 0.5
TIMES = 7


class GoodCaller(ScriptedCustomer):
    """Calls the softphone at *address* itself."""

    def __init__(self, address: tuple[str, int], user: str = "+15558675309", name: str = "Good Caller", **more: Any):
        super().__init__(address, user, name, **more)
        self._heard = threading.Event()
        self._repeater: threading.Thread | None = None

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
        self._repeater = threading.Thread(target=self._repeat, name="insisting", daemon=True)
        self._repeater.start()

    def __exit__(self, *exception: object) -> None:
        self._heard.set()
        if self._repeater is not None:
            self._repeater.join(5)
        super().__exit__(*exception)

    def _answered(self, message: SipMessage) -> None:
        if message.method == "INVITE":
            self._heard.set()
        super()._answered(message)

    def _repeat(self) -> None:
        wait = T1
        for _ in range(TIMES):
            if self._heard.wait(wait):
                return
            leg = self.legs[0]
            assert leg.invite is not None
            start, *lines = [leg.invite.start, *(f"{name}: {value}" for name, value in leg.invite.headers)]
            self._send(
                start, [line for line in lines if not line.startswith("Content-Length")], leg.invite.body, leg.peer
            )
            wait *= 2
