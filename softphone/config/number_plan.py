"""Phone numbers, read and shown with the numbering plans of the world (E.164, RFC 3966)."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

_WRITTEN = re.compile(r"\+?[\d(][\d\s().\-/\u00a0]*")  # no letters: “agent1” is a name and no vanity number
_CACHED = 4096


def is_region(text: str) -> bool:
    """Whether *text* is a region with a numbering plan, such as “US” or “DE”."""
    return text.upper() in phonenumbers.SUPPORTED_REGIONS


class PhoneNumberPlan:
    """ports.NumberPlan. *default_region* is that of numbers written without a country code.

    A number has to be possible, not to be in service: the numbers reserved for fiction (+1 555 …) are numbers.
    """

    def __init__(self, default_region: str) -> None:
        self._region = default_region.upper()

    def to_e164(self, text: str) -> str:
        """The E.164 form of a written number, a tel URI or the user part of a SIP address; empty for anything else."""
        return _to_e164(text, self._region)

    def for_people(self, text: str) -> str:
        """National format for a number of one's own country code, international for others; other texts unchanged."""
        return _for_people(text, self._region)


@lru_cache(_CACHED)
def _to_e164(text: str, region: str) -> str:
    number = _read(text, region)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else ""


@lru_cache(_CACHED)
def _for_people(text: str, region: str) -> str:
    number = _read(text, region)
    if number is None:
        return text
    own = number.country_code == phonenumbers.country_code_for_region(region)
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL if own else PhoneNumberFormat.INTERNATIONAL)


def _read(text: str, region: str) -> PhoneNumber | None:
    """The number in *text* when its length is right for its country; a local number without area code is none."""
    written = text.strip()
    if written[:4].casefold() == "tel:":
        written = written[4:]
    written = written.partition(";")[0]  # parameters of a tel URI or of a user part (RFC 3966, RFC 3261 §19.1.6)
    if not _WRITTEN.fullmatch(written):
        return None
    try:
        number = phonenumbers.parse(written, region)
    except NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    return number if possible else None
