"""Which number was dialled: the order of the headers, their written forms, and what is not a number."""

import pytest

from softphone.model.profile import Route, TrackingNumber
from softphone.model.settings import NumberSettings
from softphone.model.sip import Header
from softphone.policy.rule.direct_line import believed, dialled_numbers, tracking_number_dialled

ORDER = NumberSettings().header_order
SPRING = TrackingNumber("+15551230001", "Spring campaign", Route.parse("agent:agent1"))
AUTUMN = TrackingNumber("+15551230002", "Autumn campaign", Route.parse("queue:sales"))
KNOWN = {number.number: number for number in (SPRING, AUTUMN)}
ME = "sip:agent1@127.0.0.1:5060"


def dialled(*headers: tuple[str, str], request_uri: str = ME) -> TrackingNumber | None:
    given = [Header(name, value) for name, value in headers]
    return tracking_number_dialled(request_uri, given, ORDER, KNOWN.get)


@pytest.mark.parametrize(
    "header",
    [
        ("X-Tracking-Number", "+15551230001"),
        ("X-Tracking-Number", "<sip:+15551230001@example.com>"),
        ("x-tracking-number", '"Spring" <tel:+15551230001;phone-context=example.com>'),
        ("P-Called-Party-ID", "<sip:+15551230001@example.com;user=phone>"),
        ("Diversion", "<sip:+15551230001@example.com>;reason=unconditional;counter=1"),
        ("History-Info", "<sip:+15551230001@example.com>;index=1, <sip:agent1@example.com>;index=1.1"),
        ("To", '"Spring, all of it" <sip:+15551230001@example.com>;tag=abc'),
    ],
    ids=lambda header: f"{header[0]}: {header[1][:20]}",
)
def test_each_place_can_carry_it(header: tuple[str, str]) -> None:
    assert dialled(header) is SPRING


def test_the_request_uri_comes_last() -> None:
    assert dialled(request_uri="sip:+15551230001@127.0.0.1") is SPRING
    assert dialled(("To", "<sip:+15551230002@x>"), request_uri="sip:+15551230001@127.0.0.1") is AUTUMN


def test_an_earlier_place_goes_first_if_it_is_known() -> None:
    assert dialled(("To", "<sip:+15551230002@x>"), ("X-Tracking-Number", "+15551230001")) is SPRING
    assert dialled(("To", "<sip:+15551230002@x>"), ("X-Tracking-Number", "+19999999999")) is AUTUMN


def test_of_several_called_parties_the_last_counts_which_is_the_proxys() -> None:
    """A caller to the queue cannot pass for one on the direct line."""
    forged, own = ("P-Called-Party-ID", "<sip:+15551230001@x>"), ("P-Called-Party-ID", "<sip:+15551230002@x>")
    assert dialled(forged, own) is AUTUMN
    assert dialled(("P-Called-Party-ID", f"{forged[1]}, {own[1]}")) is AUTUMN
    assert dialled(("X-Tracking-Number", "+15551230001"), own) is AUTUMN


def test_of_a_stranger_only_what_they_had_to_dial_is_believed() -> None:
    assert believed(ORDER, trusted=True) == ORDER
    assert believed(ORDER, trusted=False) == ("To", "Request-URI")
    assert believed(("REQUEST-URI", "X-Line"), trusted=False) == ("REQUEST-URI",)


def test_only_the_first_diversion_counts() -> None:
    assert dialled(("Diversion", "<sip:bob@x>, <sip:+15551230001@x>")) is None
    assert dialled(("Diversion", "<sip:bob@x>"), ("Diversion", "<sip:+15551230001@x>")) is None


@pytest.mark.parametrize("rubbish", ["", " ", "<>", "<sip:>", "\x00", ",,,", '"', "<sip:@>", "tel:", "<" * 500])
def test_rubbish_is_no_number_and_no_error(rubbish: str) -> None:
    assert dialled(*((place, rubbish) for place in ORDER if place != "Request-URI"), request_uri=rubbish) is None


def test_the_order_is_a_setting() -> None:
    headers = [Header("To", "<sip:1@x>"), Header("X-Line", "2")]
    assert dialled_numbers("sip:3@x", headers, ("Request-URI", "X-Line", "To")) == ["3", "2", "1"]
