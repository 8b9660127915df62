"""Which number did the customer dial, and does it lead straight to this agent?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from softphone.model.profile import TrackingNumber
from softphone.model.sip import Header, NameAddr, header_values, split_list

REQUEST_URI = "Request-URI"


def dialled_numbers(request_uri: str, headers: Iterable[Header], order: Sequence[str]) -> list[str]:
    """What each place of *order* says was dialled: a number or user part, the first value of each header.

    Diversion: RFC 5806. History-Info: RFC 7044. P-Called-Party-ID: RFC 7315 section 4.2.
    """
    known = tuple(headers)
    found = []
    for place in order:
        values = (request_uri,) if place.casefold() == REQUEST_URI.casefold() else header_values(known, place)
        first = next((element for value in values for element in split_list(value)), "")
        if first:
            address = NameAddr.parse(first)
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
