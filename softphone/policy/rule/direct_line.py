"""Which number did the customer dial, and does it lead straight to this agent?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from softphone.model.profile import TrackingNumber
from softphone.model.sip import Header, NameAddr, header_values, split_list

REQUEST_URI = "Request-URI"
FROM_ANYBODY = ("to", REQUEST_URI.casefold())  # what a stranger had to write to reach this phone at all
_LAST_COUNTS = ("p-called-party-id",)  # a proxy adds its own behind what a caller may have written


def believed(order: Sequence[str], trusted: bool) -> tuple[str, ...]:
    """The places of *order* that count: a caller who is not the registrar's writes into headers what they like."""
    return tuple(place for place in order if trusted or place.casefold() in FROM_ANYBODY)


def dialled_numbers(request_uri: str, headers: Iterable[Header], order: Sequence[str]) -> list[str]:
    """What each place of *order* says was dialled: a number or user part.

    The first value of each header counts, of P-Called-Party-ID the last.

    Diversion: RFC 5806. History-Info: RFC 7044. P-Called-Party-ID: RFC 7315 section 4.2.
    """
    known = tuple(headers)
    found = []
    for place in order:
        values = (request_uri,) if place.casefold() == REQUEST_URI.casefold() else header_values(known, place)
        elements = [element for value in values for element in split_list(value)]
        if elements:
            address = NameAddr.parse(elements[-1 if place.casefold() in _LAST_COUNTS else 0])
            found.append(address.user or address.uri)
    return found


def tracking_number_dialled(
    request_uri: str,
    headers: Iterable[Header],
    order: Sequence[str],
    lookup: Callable[[str], TrackingNumber | None],
) -> TrackingNumber | None:
    """The first dialled number that *lookup* knows; *lookup* normalises, so any written form will do."""
    for number in dialled_numbers(request_uri, headers, order):
        if (known := lookup(number)) is not None:
            return known
    return None
