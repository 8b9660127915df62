"""Nothing that PJSIP's assertions or parsers would trip over gets past these checks."""

import math
from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.engine.problems import CannotDoError
from softphone.engine.sip import validation as check
from softphone.model.sip import Header
from softphone.model.ua_commands import SoundChoice

T = TypeVar("T")


def passes(checked: Callable[[T], object], what: T) -> bool:
    """Whether it is let through; any error but CannotDoError is one."""
    try:
        checked(what)
    except CannotDoError:
        return False
    return True


@pytest.mark.parametrize("code", [180, 182, 200, 302, 480, 486, 603, 699])
def test_codes_that_can_be_given(code: int) -> None:
    assert passes(check.check_code, code)


@pytest.mark.parametrize("code", [-1, 0, 100, 179, 700, 10**9])
def test_codes_that_cannot(code: int) -> None:
    with pytest.raises(CannotDoError, match=str(code)):
        check.check_code(code)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("X-A", "b\r\nBYE sip:x SIP/2.0", "line break"),
        ("X-A", "b\nc", "line break"),
        ("X-A", "b\0c", "control"),
        ("X A", "b", "name"),
        ("X-A\n", "b", "name"),
        ("", "b", "name"),
        ("X:A", "b", "name"),
        ("Via", "SIP/2.0/UDP x", "itself"),
        ("call-ID", "1", "itself"),
        ("X-A", "b" * 1025, "too long"),
    ],
)
def test_headers_that_are_refused(name: str, value: str, words: str) -> None:
    with pytest.raises(CannotDoError, match=words):
        check.check_headers((Header(name, value),))


def test_many_headers_must_fit_into_one_message() -> None:
    with pytest.raises(CannotDoError, match="too long"):
        check.check_headers([Header(f"X-{number}", "v" * 900) for number in range(3)])


def test_headers_of_answers_pass() -> None:
    headers = (
        Header("Alert-Info", "<urn:alert:service:call-waiting>"),
        Header("Diversion", '"Agent, One" <sip:agent1@example.com>;reason=no-answer'),
        Header("Contact", "<sip:vm@example.com;transport=tcp>"),
    )
    assert passes(check.check_headers, headers)


@given(st.text(), st.text())
def test_no_accepted_header_can_split_a_message(name: str, value: str) -> None:
    if not passes(check.check_headers, (Header(name, value),)):
        return
    line = f"{name}: {value}"
    assert "\r" not in line
    assert "\n" not in line
    assert "\0" not in line


@pytest.mark.parametrize(
    "text", ["sip:a@example.com", "sips:a@example.com:5061", "tel:+15550100", "sip:a@h;transport=tcp"]
)
def test_addresses_that_can_be_dialled(text: str) -> None:
    assert passes(check.check_uri, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bob",
        "sip:",
        "sip:a@h\r\nX: y",
        "sip:a b@h",
        "sip:a@h>",
        'sip:"a"@h',
        "sip:ü@h",
        "sip:a@h:99999",
        "sip:" + "a" * 600 + "@h",
    ],
)
def test_addresses_that_cannot(text: str) -> None:
    with pytest.raises(CannotDoError):
        check.check_uri(text)


@given(st.text())
def test_an_accepted_address_fits_on_a_request_line(text: str) -> None:
    if not passes(check.check_uri, text):
        return
    assert text.strip().isascii()
    assert not set(text.strip()) & set('\r\n\0 <>"')


@pytest.mark.parametrize("digits", ["0", "123#", "*9ABCDabcd"])
def test_keys(digits: str) -> None:
    assert passes(check.check_digits, digits)


@pytest.mark.parametrize("digits", ["", "1 2", "E", "1\n", "5" * 65])
def test_no_keys(digits: str) -> None:
    with pytest.raises(CannotDoError):
        check.check_digits(digits)


@pytest.mark.parametrize("gain", [-0.1, 2.1, math.nan, math.inf])
def test_gains_out_of_range(gain: float) -> None:
    with pytest.raises(CannotDoError):
        check.check_gain(gain, 2.0)


@pytest.mark.parametrize("port", [-1, 65536])
def test_no_ports(port: int) -> None:
    with pytest.raises(CannotDoError):
        check.check_port(port)


@pytest.mark.parametrize("path", ["a\nb", "x" * 251])
def test_file_names_pjsip_could_not_take(path: str) -> None:
    with pytest.raises(CannotDoError):
        check.check_path(path)


def test_device_names() -> None:
    check.check_sound(SoundChoice("", "Headset (USB) – Ünïcode", "none"))
    with pytest.raises(CannotDoError):
        check.check_sound(SoundChoice("a\nb"))


@pytest.mark.parametrize(("text", "result"), [("127.0.0.1", True), ("::1", False), ("example.com", False), ("", False)])
def test_addresses_to_listen_on(text: str, result: bool) -> None:
    assert check.is_ipv4_address(text) is result
