"""How the messages are written down: lines of text; ``\\xNN`` is a byte."""

from __future__ import annotations

OFFER = """\
v=0
o=mhandley 29739 7272939 IN IP4 192.0.2.3
s=-
c=IN IP4 192.0.2.4
t=0 0
m=audio 49217 RTP/AVP 0 12
m=video 3227 RTP/AVP 31
a=rtpmap:31 LPC
"""


def wire(head: str, body: str = "", length: str = "true") -> bytes:
    """The message: *head* without its last line feed. *length*: the Content-Length, ``true`` for the right one,

    empty for none.
    """
    content = body.replace("\n", "\r\n").encode("latin-1")
    lines = head.strip("\n").split("\n")
    if length:
        lines.append(f"Content-Length: {len(content) if length == 'true' else length}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


def plain(method: str, name: str, *, uri: str = "sip:user@example.com", without: str = "", **other: str) -> str:
    """A head in which nothing is wrong but what *other* says: header names with underscores, and their values.

    *without*: names of headers to leave away, separated by spaces.
    """
    headers = {
        "Max_Forwards": "71",
        "To": "sip:user@example.com",
        "From": f"sip:caller@example.net;tag={name}-tag",
        "Call_ID": f"{name}.torture@example.net",
        "CSeq": f"8 {method}",
        "Via": f"SIP/2.0/UDP host.example.net;branch=z9hG4bK{name}",
        "Contact": "<sip:caller@host.example.net>",
    } | other
    for left_out in without.split():
        del headers[left_out]
    return "\n".join(
        [f"{method} {uri} SIP/2.0", *(f"{key.replace('_', '-')}: {value}" for key, value in headers.items())]
    )


def answer(status: str, name: str, **other: str) -> str:
    """The head of a response to an INVITE nobody has sent."""
    headers = {
        "Via": f"SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK{name}",
        "From": f"<sip:user@example.com>;tag={name}-from",
        "To": f"<sip:user@example.edu>;tag={name}-to",
        "Call_ID": f"{name}.torture@example.com",
        "CSeq": "35 INVITE",
        "Contact": "<sip:user@host198.example.com>",
    } | other
    return "\n".join([f"SIP/2.0 {status}", *(f"{key.replace('_', '-')}: {value}" for key, value in headers.items())])


WITH_OFFER = {"Content_Type": "application/sdp"}
