"""RFC 4475 section 3.1.2: messages that are no SIP, in ways that were seen on the wire."""

from __future__ import annotations

from tests.faults.torture.wire import OFFER, WITH_OFFER, answer, plain, wire

_HUGE = "36893488147419103232"  # two to the 65th

INVALID: dict[str, bytes] = {
    "3.1.2.1 badinv01": wire(
        plain(
            "INVITE",
            "badinv01",
            To="sip:j.user@example.com",
            From="sip:caller@example.net;tag=134161461246",
            Via="SIP/2.0/UDP 192.0.2.15;;,;,,",
            Contact='"Joe" <sip:joe@example.org>;;;;',
            Max_Forwards="7",
            **WITH_OFFER,
        ),
        OFFER,
    ),
    "3.1.2.2 clerr": wire(plain("INVITE", "clerr", **WITH_OFFER), OFFER, "9999"),
    "3.1.2.3 ncl": wire(plain("INVITE", "ncl", **WITH_OFFER), OFFER, "-999"),
    "3.1.2.4 scalar02": wire(
        plain(
            "REGISTER",
            "scalar02",
            uri="sip:example.com",
            CSeq=f"{_HUGE} REGISTER",
            Max_Forwards="300",
            Expires="10000000000000000000000000000000000000000000",
            Contact=f"<sip:user@host129.example.com>;expires={_HUGE}280297488",
        )
    ),
    "3.1.2.5 scalarlg": wire(
        answer(
            "503 Service Unavailable",
            "scalarlg",
            CSeq=f"{_HUGE}9 OPTIONS",
            Retry_After="949302838503028349304023988",
            Warning='1812 overture "In Progress"',
        )
    ),
    "3.1.2.6 quotbal": wire(
        plain("INVITE", "quotbal", To='"Mr. J. User <sip:j.user@example.com>', **WITH_OFFER), OFFER
    ),
    "3.1.2.7 ltgtruri": wire(plain("INVITE", "ltgtruri", uri="<sip:user@example.com>", **WITH_OFFER), OFFER),
    "3.1.2.8 lwsruri": wire(plain("INVITE", "lwsruri", uri="sip:user@example.com; lr", **WITH_OFFER), OFFER),
    "3.1.2.9 lwsstart": wire(
        plain("INVITE", "lwsstart", **WITH_OFFER).replace(
            " sip:user@example.com SIP/2.0", "  sip:user@example.com  SIP/2.0"
        ),
        OFFER,
    ),
    "3.1.2.10 trws": wire(
        plain("OPTIONS", "trws", uri="sip:remote-target@example.com").replace(" SIP/2.0\n", " SIP/2.0  \n", 1)
    ),
    "3.1.2.11 escruri": wire(
        plain("INVITE", "escruri", uri="sip:user@example.com?Route=%3Csip:example.com%3E", **WITH_OFFER), OFFER
    ),
    "3.1.2.12 baddate": wire(plain("INVITE", "baddate", Date="Fri, 01 Jan 2010 16:00:00 EST", **WITH_OFFER), OFFER),
    "3.1.2.13 regbadct": wire(
        plain(
            "REGISTER",
            "regbadct",
            uri="sip:example.com",
            Contact="sip:user@example.com?Route=%3Csip:sip.example.com%3E",
        )
    ),
    "3.1.2.14 badaspec": wire(
        plain(
            "OPTIONS",
            "badaspec",
            To='"Watson, Thomas" < sip:t.watson@example.org >',
            From="<sip:a.g.bell@example.com>;tag=43",
        )
    ),
    "3.1.2.15 baddn": wire(
        plain(
            "OPTIONS",
            "baddn",
            From="Bell, Alexander <sip:a.g.bell@example.com>;tag=43",
            To="Watson, Thomas <sip:t.watson@example.org>",
        )
    ),
    "3.1.2.16 badvers": wire(
        plain("OPTIONS", "badvers", Via="SIP/7.0/UDP c.example.com;branch=z9hG4bKkdjuw").replace(
            " SIP/2.0\n", " SIP/7.0\n", 1
        )
    ),
    "3.1.2.17 mismatch01": wire(plain("OPTIONS", "mismatch01", CSeq="8 INVITE")),
    "3.1.2.18 mismatch02": wire(plain("NEWMETHOD", "mismatch02", CSeq="8 INVITE", **WITH_OFFER), OFFER),
    "3.1.2.19 bigcode": wire(answer("4294967301 better not break the receiver", "bigcode")),
}
