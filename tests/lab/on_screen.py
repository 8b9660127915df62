"""One agent of the team works at a real screen for a while."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from softphone.demo.team.phone import OFFSCREEN, Phone
from tests.lab.team import Team
from tests.lab.xvfb import Screen


@dataclass(frozen=True, slots=True)
class Window:
    """What ``Hand`` needs to know of an app."""

    phone: Phone

    @property
    def data(self) -> Path:
        return self.phone.folder

    @property
    def process(self) -> Window:
        return self

    @property
    def output(self) -> str:
        return (self.phone.folder / "output").read_text(errors="replace")

    def send_signal(self, _number: int) -> None:
        self.phone.look()


@contextmanager
def at_screen(
    team: Team, phone: Phone, screen: Screen, environment: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Window]:
    """Its softphone is started again there, and afterwards without a screen."""
    usual = phone.program
    phone.end()
    phone.program, phone.environment = "tests.lab.readable_phone", {**screen.environment, **environment}
    try:
        team.start_again(phone)
        yield Window(phone)
    finally:
        phone.end()
        phone.program, phone.environment = usual, OFFSCREEN
        team.start_again(phone)
