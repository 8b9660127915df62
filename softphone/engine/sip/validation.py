"""Checks of everything that comes down the pipe, before PJSIP sees it: its C assertions are live."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

from softphone.engine.problems import CannotDoError
from softphone.model.sip import Header, SipUri, is_safe_header_value
from softphone.model.ua_commands import SoundChoice

MAX_DIGITS = 64
_HEADER_NAME = re.compile(r"^[A-Za-z0-9\-.!%*_+`'~]{1,64}$")  # token, RFC 3261 section 25.1
_DIGITS = re.compile(r"[0-9A-Da-d*#]+\Z")
_OWN_HEADERS = frozenset(  # the dialog's own: a second one would break it
    "call-id cseq from to via route record-route max-forwards content-length content-type i f t v l c m".split()  # noqa: SIM905
)
_MAX_HEADER_BYTES = 1024
_MAX_HEADERS_BYTES = 2048  # PJSIP's messages end at 4000 bytes; the dialog's own headers need the rest
_MAX_URI_BYTES = 512  # PJSIP_MAX_URL_SIZE is not far above


def check_code(code: int) -> None:
    """A response we may be told to give: 180 to 699."""
    if not 180 <= code <= 699:
        raise CannotDoError(f"{code} is not a status code between 180 and 699")


def check_reason(reason: str) -> None:
    """A reason phrase stands on the status line, so the rule for headers holds for it."""
    if not is_safe_header_value(reason) or len(reason.encode()) > 128:
        raise CannotDoError("the reason contains a line break or another control character, or is too long")


def check_headers(headers: Iterable[Header]) -> None:
    """Header names are tokens, values stay on their line, and none belongs to the dialog itself."""
    total = 0
    for header in headers:
        if not _HEADER_NAME.match(header.name) or header.name.endswith("\n"):
            raise CannotDoError("a header has a name that SIP does not allow")
        if header.name.casefold() in _OWN_HEADERS:
            raise CannotDoError(f"the header {header.name} is set by the user agent itself")
        if not is_safe_header_value(header.value):
            raise CannotDoError(f"the header {header.name} contains a line break or another control character")
        size = len(header.value.encode(errors="replace"))
        total += size + len(header.name)
        if size > _MAX_HEADER_BYTES or total > _MAX_HEADERS_BYTES:
            raise CannotDoError(f"the header {header.name} is too long")


def check_uri(text: str) -> SipUri:
    """A sip, sips or tel address that can stand on a request line."""
    if len(text.encode(errors="replace")) > _MAX_URI_BYTES:
        raise CannotDoError("the address is too long")
    try:
        uri = SipUri.parse(text)
    except ValueError as error:
        raise CannotDoError(str(error)) from None
    if not text.isascii() or any(char in text for char in ' <>"\\^`{|}'):
        raise CannotDoError("the address contains a character that SIP does not allow")
    return uri


def check_digits(digits: str) -> None:
    """Keys of a telephone keypad (RFC 2833 section 3.10)."""
    if not _DIGITS.match(digits):
        raise CannotDoError("only the keys 0-9, A-D, * and # can be sent")
    if len(digits) > MAX_DIGITS:
        raise CannotDoError(f"at most {MAX_DIGITS} keys can be sent at once")


def check_sound(choice: SoundChoice) -> None:
    """Device names as the sound system shows them: one short line each."""
    for name in (choice.microphone, choice.headset, choice.ringer):
        if not is_safe_header_value(name) or len(name) > 256:
            raise CannotDoError("a device name contains a control character or is too long")


def is_ipv4_address(text: str) -> bool:
    """Whether *text* is an IPv4 address; the sockets are IPv4 ones."""
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def check_gain(value: float, highest: float) -> None:
    """A linear gain from 0 to *highest*; not-a-number compares false and is refused too."""
    if not 0.0 <= value <= highest:
        raise CannotDoError(f"a volume must lie between 0 and {highest:g}")


def check_port(port: int) -> None:
    """A UDP or TCP port, 0 for any."""
    if not 0 <= port <= 65535:
        raise CannotDoError(f"{port} is not a port between 0 and 65535")


def check_path(path: str) -> None:
    """A file name PJSIP can take: no control characters, within its buffers."""
    if not is_safe_header_value(path) or len(path.encode(errors="replace")) > 250:
        raise CannotDoError("the file name contains a control character or is longer than 250 bytes")
