"""Agents press Pick up in the same moment: one has the caller, the others are told who."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from functools import partial
from typing import Any

from softphone.demo.team.phone import Phone
from tests.lab.scripted_customer import ScriptedCustomer
from tests.lab.sip_message import listing, was_asked
from tests.lab.team import Team, wait_for
from tests.lab.waiting import until
from ui.app.control_client import ControlClient, ControlError


class Racer:
    """One agent's finger on the button: a connection to the app that is open already."""

    def __init__(self, phone: Phone) -> None:
        self.phone, self.pressed, self.call, self.refusal = phone, 0.0, "", ""
        self._client = ControlClient(phone.socket, 40.0)

    def press(self, start: threading.Barrier, held: str) -> None:
        start.wait()
        self.pressed = time.monotonic()
        try:
            answer = self._client.request("pickup", held)
            self.call = str(answer["call"]) if isinstance(answer, dict) else ""
        except ControlError as error:
            self.refusal = str(error)
        finally:
            self._client.close()


@dataclass(frozen=True, slots=True)
class Race:
    """One round: *spread* is the time between the first and the last press, *seconds* from there to the caller."""

    winner: str
    spread: float
    seconds: float


def run_race(team: Team, racers: list[Racer], held: str) -> Race:
    """Everybody presses at once. Asserts one winner and polite losers."""
    start = threading.Barrier(len(racers))
    threads = [threading.Thread(target=racer.press, args=(start, held), daemon=True) for racer in racers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(45)
    took = time.monotonic()
    outcome = {racer.phone.login: racer.call or racer.refusal for racer in racers}
    winners = [racer for racer in racers if racer.call]
    assert len(winners) == 1, outcome
    name = team.name_of(winners[0].phone)
    assert all(name in racer.refusal and "faster" in racer.refusal for racer in racers if not racer.call), outcome
    pressed = [racer.pressed for racer in racers]
    return Race(winners[0].phone.login, max(pressed) - min(pressed), took - min(pressed))


def whole_round(team: Team, holder: Phone, others: list[Phone]) -> Race:
    """A caller comes, is held, raced for, talks to the winner alone, and goes."""
    for phone in others:
        wait_for(phone, lambda s: not s["calls"], "nobody is on the line")
    seen = len(team.events)
    customer = team.scripted()
    team.answered(holder)
    held = team.held_for_anyone(holder)["id"]
    for phone in others:
        team.sees_held(phone, lambda known: known["id"] == held)
    result = run_race(team, [Racer(phone) for phone in others], held)
    winner = next(phone for phone in others if phone.login == result.winner)
    assert_one_call(team, customer, winner, held)
    rung = [login for login, event in team.events[seen:] if event["event"] == "IncomingCall"]
    assert rung == [holder.login, winner.login], "nobody else's softphone was called"
    customer.hang_up()
    wait_for(winner, lambda s: not s["calls"], "the end of the call")
    until(lambda: len(team.log_of(winner, held)) == 2, "two lines of the log")
    return result


def has_calls(states: list[str], status: dict[str, Any]) -> bool:
    """These and no other."""
    return [call["state"] for call in status["calls"]] == states


def assert_one_call(team: Team, customer: ScriptedCustomer, winner: Phone, held: str) -> None:
    """The caller talks to the winner, nobody holds them any more, nobody rings, nobody else has a call."""
    until(lambda: len(customer.live) == 1, lambda: f"one call of the customer\n{listing(customer.wire)}")
    assert customer.count(was_asked("REFER")) == 1
    until(lambda: len(customer.talk.sound.packets) > 5, "sound of the winner")
    for phone in team.office.phones:
        expected = ["active"] if phone is winner else []
        wait_for(phone, partial(has_calls, expected), f"{expected} and nothing else")
        wait_for(phone, lambda s: not any(row["id"] == held for row in s["held_calls"]), "the row is gone")
    team.nobody_rings()
