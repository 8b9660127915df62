"""Addresses: what is accepted as one can be put into any header and stays one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.model.sip import NameAddr, SipUri, split_list

PIECES = st.sampled_from(
    [
        *'<>",;:@?=\\{}[] \t\r\n\u2028\u202e\x00',
        "sip:",
        "tel:",
        "SIPS:",
        "+1",
        "x",
        "y.z",
        "5060",
        "transport=tcp",
        "%0d%0a",
    ]
)


@given(st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text()).map(lambda text: f"sip:a@b{text}"))
def test_no_sip_address_breaks_out_of_its_header(text: str) -> None:
    breaks_out_of_nothing(text)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_no_tel_address_breaks_out_of_its_header(text: str) -> None:
    breaks_out_of_nothing(f"tel:{text}")
    breaks_out_of_nothing(f"tel:+1{text}")


@given(st.lists(PIECES, max_size=14).map("".join))
def test_no_address_at_all_does(text: str) -> None:
    breaks_out_of_nothing(text)


def breaks_out_of_nothing(text: str) -> None:
    try:
        address = str(SipUri.parse(text))
    except ValueError:
        return
    assert not any(char in address for char in '<>"\\ \t\r\n')
    assert str(SipUri.parse(address)) == address
    header = f"<{address}>;tag=1"
    assert split_list(header) == (header,)
    assert NameAddr.parse(header).uri == address


@pytest.mark.parametrize(
    "text",
    [
        "tel:1>, <sip:x@y",
        "tel:1\r\nX: y",
        "tel:",
        "tel:not-a-number",
        "tel:+1;x=>",
        'sip:a@b";x',
        "sip:a@b,sip:c@d",
        "sip:a@b;p=1,2",
        "sip:a<b@c",
        "sip:a@b\u202e",
        "sip:a@b c",
        "sip:a@b/x",
    ],
)
def test_what_could_end_a_header_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="address"):
        SipUri.parse(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("tel:+1 (555) 123-0001", "tel:+1(555)123-0001"),
        ("TEL:*31#5551;phone-context=+1", "tel:*31#5551;phone-context=+1"),
        ("sip:a@B.example.com:5070;transport=tcp?X=y", "sip:a@b.example.com:5070;transport=tcp"),
        ("sips:1;x=y@[2001:db8::1]:5061;lr", "sips:1;x=y@[2001:db8::1]:5061;lr"),
        ("sip:under_score.example", "sip:under_score.example"),
    ],
)
def test_addresses_are_read(text: str, address: str) -> None:
    assert str(SipUri.parse(text)) == address
