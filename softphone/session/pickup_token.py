"""Addresses that carry the one-time token of a pickup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from softphone.model.held_call import PICKUP_PARAMETER
from softphone.model.sip import Header, NameAddr, SipUri, header_values

_TOKEN = re.compile(rf";\s*{PICKUP_PARAMETER}=([^;?>\s]+)", re.I)


def with_token(address: str, token: str) -> str:
    """*address* with the token as a URI parameter: those arrive in the To header whoever calls it."""
    uri = SipUri.parse(address)
    return str(replace(uri, params=f"{uri.params};{PICKUP_PARAMETER}={token}"))


def without_token(text: str) -> str:
    """*text* as it may be shown: a token in it is nobody's business, even while it lives."""
    return _TOKEN.sub(f";{PICKUP_PARAMETER}=***", text)


def token_in(request_uri: str, headers: Iterable[Header]) -> str:
    """The token an INVITE carries in its To header or its Request-URI, or an empty string."""
    for text in (*(NameAddr.parse(to).uri for to in header_values(headers, "To")), request_uri):
        if found := _TOKEN.search(text):
            return found[1]
    return ""
