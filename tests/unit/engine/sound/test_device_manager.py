from __future__ import annotations

import pytest

from softphone.engine.sound.device_manager import ManagedDevice
from softphone.engine.sound.devices import DeviceError, Listing, SoundSystem, Stream
from softphone.engine.sound.elastic_buffer import ElasticBuffer
from softphone.policy.device_choice import NONE, Present, Use

BOTH = Listing(Present(("Headset", "Speakers"), "Speakers"))
SPEAKERS_ONLY = Listing(Present(("Speakers",), "Speakers"))


class OpenDevice(Stream):
    """A device that works until a test says otherwise."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lost = self.closed = False

    def is_lost(self) -> bool:
        return self.lost

    def close(self) -> None:
        self.closed = True


class Desk:
    """Opens devices for a job and remembers them; those in *broken* refuse."""

    def __init__(self) -> None:
        self.opened: list[OpenDevice] = []
        self.broken: set[str] = set()
        self.device = ManagedDevice(self.open, ElasticBuffer())

    def open(self, system: SoundSystem, listing: Listing, name: str, buffer: ElasticBuffer) -> Stream:
        if name in self.broken:
            raise DeviceError("busy")
        self.opened.append(OpenDevice(name))
        return self.opened[-1]

    def follow(self, listing: Listing = BOTH, wanted: str = "Headset", needed: bool = True) -> Use:
        self.device.follow(SoundSystem(), listing, wanted, needed)
        return self.device.use

    @property
    def in_use(self) -> list[str]:
        return [device.name for device in self.opened if not device.closed]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_device_is_opened_once_and_kept(desk: Desk) -> None:
    for _ in range(3):
        assert desk.follow() == Use("Headset", "Headset")

    assert [device.name for device in desk.opened] == ["Headset"]


def test_a_device_that_is_not_needed_is_named_but_closed(desk: Desk) -> None:
    desk.follow()

    assert desk.follow(needed=False) == Use("Headset", "Headset")
    assert desk.in_use == []


def test_no_device_is_wanted(desk: Desk) -> None:
    desk.follow()

    assert desk.follow(wanted=NONE) == Use(NONE, "")
    assert desk.in_use == []


def test_a_device_that_is_pulled_out_is_replaced_until_it_is_back(desk: Desk) -> None:
    desk.follow()
    desk.opened[0].lost = True

    assert desk.follow(SPEAKERS_ONLY) == Use("Headset", "Speakers")
    assert desk.in_use == ["Speakers"]
    assert desk.follow(BOTH) == Use("Headset", "Headset")
    assert desk.in_use == ["Headset"]


def test_a_device_that_goes_silent_but_is_still_listed_is_replaced(desk: Desk) -> None:
    desk.follow()
    desk.opened[0].lost = True

    assert desk.follow() == Use("Headset", "Speakers", failed=True)
    assert desk.follow() == Use("Headset", "Speakers", failed=True), "and not tried again at once"
    assert desk.in_use == ["Speakers"]


def test_a_device_that_does_not_open_is_replaced(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.broken = {"Headset"}

    assert desk.follow() == Use("Headset", "Speakers", failed=True)
    assert "“Headset” does not open: busy" in caplog.text


def test_when_no_device_opens_there_is_none(desk: Desk) -> None:
    desk.broken = {"Headset", "Speakers"}

    assert desk.follow() == Use("Headset", "", failed=True)
    assert desk.in_use == []


def test_the_old_device_plays_until_the_new_one_is_open(desk: Desk) -> None:
    desk.follow(wanted="Speakers")
    desk.broken = {"Headset"}
    desk.follow(wanted="Headset")

    assert desk.in_use == ["Speakers"]
    assert len(desk.opened) == 1, "a wanted device that fails costs the one in use no gap"


def test_closing_closes_the_device(desk: Desk) -> None:
    desk.follow()
    desk.device.close()

    assert desk.in_use == []
