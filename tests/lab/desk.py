"""An agent's desk: the running softphone and the people who call it. What most tests begin with."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from tests.lab.app import OFFSCREEN, App
from tests.lab.provisioning import DIRECT, Provisioning
from tests.lab.raw_sip import RawCaller
from tests.lab.sip_message import Match, SipMessage, asked, got
from tests.lab.sipp import Party, Script

CALL_WAITING = "<urn:alert:service:call-waiting>"  # RFC 7462


def dialled(number: str) -> tuple[str, ...]:
    """The header a customer's call carries the dialled number in."""
    return (f"X-Tracking-Number: {number}",)


class Desk:
    """One softphone and its callers, who call it directly or at *proxy*. ``with desk:`` clears up after a test."""

    def __init__(self, app: App, proxy: tuple[str, int] | None = None) -> None:
        self.app = app
        self._proxy = proxy
        self._plain = app.provisioning
        self._people = ExitStack()

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *exception: object) -> None:
        self._people.close()
        self._people = ExitStack()
        self.app.wait_until_free()
        if self.app.provisioning != self._plain:
            self.app.provision(self._plain)

    @property
    def address(self) -> tuple[str, int]:
        """Where the softphone listens."""
        return "127.0.0.1", self._plain.port

    def provision(self, **changes: Any) -> None:
        """Give the agent another profile until the test is over."""
        self.app.provision(dataclasses.replace(self._plain, **changes))

    def customer(self, number: str = DIRECT, **script: Any) -> Party:
        """Somebody calls *number*: the proxy leads it here; without one a header says what was dialled."""
        way = {"dialled": number} if self._proxy else {"headers": dialled(number)}
        return self._people.enter_context(Party(Script(**way | script), self._proxy or self.address))

    def answerer(self, **script: Any) -> Party:
        """Somebody who can be called."""
        return self._people.enter_context(Party(Script("answerer", **script)))

    def raw_customer(self, number: str = DIRECT) -> RawCaller:
        """Somebody who calls *number* when told to."""
        return self._people.enter_context(RawCaller(self.address, headers=dialled(number)))

    def first_call(self, **script: Any) -> Party:
        """A customer on the direct line, answered: the agent is on a call."""
        customer = self.customer(**script)
        customer.wait_for(got(180))
        self.app.ctl("answer")
        customer.wait_for(asked("ACK"))
        self.app.wait_for(lambda s: [c["state"] for c in s["calls"]] == ["active"], "the first call is up")
        return customer

    def waiting_call(self, **script: Any) -> Party:
        """Another customer on the direct line, offered as call waiting."""
        before = len(self.app.status()["waiting"])
        customer = self.customer(**{"name": "Caller Two", "user": "+15550102233"} | script)
        customer.wait_for(got(180))
        self.app.wait_for(lambda s: len(s["waiting"]) == before + 1, "the prompt offers the call")
        return customer

    def call_of(self, party: Party | RawCaller) -> dict[str, Any]:
        """How the softphone sees this party's call; empty when it has none."""
        call_id = party.wire[0].message.header("Call-ID")
        return next((call for call in self.app.status()["calls"] if call["sip_call_id"] == call_id), {})

    def logged(self, party: Party | RawCaller) -> dict[str, Any]:
        """The call log's line about this party's call."""
        return self.app.logged(party.wire[0].message.header("Call-ID"))

    def refusal_of(self, party: Party, status: int) -> SipMessage:
        """The final answer of a call that is turned away, after which the party is gone."""
        answer = party.wait_for(got(status))
        party.wait_for_end()
        return answer


def never(party: Party | RawCaller, match: Match) -> None:
    """Nothing of this kind has been on the party's wire."""
    assert not party.count(match), "\n".join(map(str, party.wire))


@contextmanager
def open_desk(
    provisioning: Provisioning, environment: dict[str, str] = OFFSCREEN, proxy: tuple[str, int] | None = None
) -> Iterator[Desk]:
    """A softphone of one's own, for a whole module of tests; registered when it has a registrar."""
    with App(provisioning, environment) as app:
        if provisioning.registrar:
            app.wait_for(lambda status: status["registration"] == "registered", "registration")
        yield Desk(app, proxy)
