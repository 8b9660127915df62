from __future__ import annotations

from softphone.engine.sound.devices import ListedDevice, real_devices
from softphone.policy.device_choice import Present


def test_what_a_loudspeaker_plays_is_no_microphone() -> None:
    listing = real_devices(
        "PulseAudio",
        [
            ListedDevice("alsa_output.usb.monitor", "Monitor of Headset", True),
            ListedDevice("alsa_input.usb", "Headset", False, "id"),
        ],
    )

    assert listing.present == Present(("Headset",), "")
    assert listing.ids == {"Headset": "id"}


def test_of_two_devices_with_one_name_the_first_counts() -> None:
    listing = real_devices("WASAPI", [ListedDevice("a", "USB", False, 1), ListedDevice("b", "USB", True, 2)])

    assert listing.present == Present(("USB",), "USB")
    assert listing.ids == {"USB": 1}


def test_alsa_without_a_card_has_no_device() -> None:
    plugins = [ListedDevice("null", "Discard all samples", False), ListedDevice("default", "Default", True)]

    assert real_devices("ALSA", plugins).present == Present()


def test_alsa_with_a_card_has_the_card_and_the_default() -> None:
    entries = [
        ListedDevice("default", "Default", True),
        ListedDevice("null", "Discard all samples", False),
        ListedDevice(":0,0", "HDA Intel", False),
    ]

    assert real_devices("ALSA", entries).present == Present(("Default", "HDA Intel"), "Default")
