"""Messages as they come from the network: folded, repeated, compact and broken headers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.engine.sip.message import SipMessage, readable
from softphone.model.sip import Header, header_values

INVITE = (
    "INVITE sip:agent1@example.com;x=1 SIP/2.0\r\n"
    "v: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\n"
    "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKb\r\n"
    'f: "Caller, One"\r\n'
    "   <sip:one@example.com>\r\n"
    "\t;tag=1\r\n"
    "Diversion: <sip:a@example.com>\r\n"
    "diversion : <sip:b@example.com>, <sip:c@example.com>\r\n"
    "X-Empty:\r\n"
    "no colon here\r\n"
    "\r\n"
    "To: <sip:body@example.com>\r\n"
)


def test_request_uri_and_order() -> None:
    message = SipMessage.parse(INVITE)
    assert message.request_uri == "sip:agent1@example.com;x=1"
    assert [header.name for header in message.headers] == ["Via", "Via", "From", "Diversion", "diversion", "X-Empty"]


def test_folded_value_becomes_one_line() -> None:
    assert SipMessage.parse(INVITE).first("From") == '"Caller, One" <sip:one@example.com> ;tag=1'


def test_repeated_headers_stay_apart() -> None:
    values = header_values(SipMessage.parse(INVITE).headers, "Diversion")
    assert values == ("<sip:a@example.com>", "<sip:b@example.com>, <sip:c@example.com>")


def test_the_body_is_no_header() -> None:
    assert SipMessage.parse(INVITE).first("To") == ""


def test_a_response_has_no_request_uri() -> None:
    assert SipMessage.parse("SIP/2.0 200 OK\r\nTo: <sip:a@b>\r\n\r\n").request_uri == ""


def test_bare_line_feeds_are_read_too() -> None:
    message = SipMessage.parse("\r\n\r\nBYE sip:a@b SIP/2.0\nTo: <sip:a@b>\n\nX: y")
    assert message.headers == (Header("To", "<sip:a@b>"),)


@given(st.text())
def test_never_raises_and_never_leaves_a_line_break(text: str) -> None:
    for header in SipMessage.parse(text).headers:
        assert header.name
        assert "\n" not in header.name + header.value


@given(
    st.lists(
        st.tuples(
            st.from_regex(r"X-[A-Za-z]{1,8}", fullmatch=True), st.from_regex(r"[!-~]([ -~]*[!-~])?", fullmatch=True)
        )
    )
)
def test_what_was_written_is_read(pairs: list[tuple[str, str]]) -> None:
    text = "".join(f"{name}: {value}\r\n" for name, value in pairs)
    headers = SipMessage.parse(f"INVITE sip:a@b SIP/2.0\r\n{text}\r\nbody").headers
    assert [(header.name, header.value) for header in headers] == pairs


@pytest.mark.parametrize(
    ("sent", "read"),
    [(b"Andr\xc3\xa9", "André"), (b"Andr\xe9", "André"), (b"\xff", "ÿ"), (b"plain", "plain"), (b"", "")],
)
def test_bytes_are_read_as_utf_8_or_else_as_latin_1(sent: bytes, read: str) -> None:
    assert readable(sent.decode(errors="surrogateescape")) == read


def test_each_line_is_read_by_itself() -> None:
    text = b"INVITE sip:a@h SIP/2.0\r\nFrom: Andr\xe9\r\nTo: Ren\xc3\xa9\r\n\r\n".decode(errors="surrogateescape")
    message = SipMessage.parse(text)
    assert (message.first("From"), message.first("To")) == ("André", "René")


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_written_afterwards(any_text: str) -> None:
    text = readable(any_text)
    assert text.encode().decode() == text


@given(st.binary())
def test_whatever_the_network_sends_can_be_written_afterwards(data: bytes) -> None:
    message = SipMessage.parse(data.decode(errors="surrogateescape"))
    for part in (message.start_line, *(text for header in message.headers for text in (header.name, header.value))):
        assert part.encode().decode() == part
