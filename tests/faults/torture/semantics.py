"""RFC 4475 sections 3.2 to 3.4: well-formed messages that make no sense, or that are of another age."""

from __future__ import annotations

from tests.faults.torture.wire import OFFER, WITH_OFFER, answer, plain, wire

SEMANTICS: dict[str, bytes] = {
    "3.2.1 badbranch": wire(plain("OPTIONS", "badbranch", Via="SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK")),
    "3.3.1 insuf": wire(plain("INVITE", "insuf", without="Call_ID From To", **WITH_OFFER), OFFER),
    "3.3.2 unkscm": wire(plain("OPTIONS", "unkscm", uri="nobodyKnowsThisScheme:totallyopaquecontent")),
    "3.3.3 novelsc": wire(plain("OPTIONS", "novelsc", uri="soap.beep://192.0.2.103:3002")),
    "3.3.4 unksm2": wire(
        plain(
            "REGISTER",
            "unksm2",
            uri="sip:example.com",
            To="isbn:2983792873",
            From="<http://www.example.com>;tag=3234233",
            Contact="<name:John_Smith>",
        )
    ),
    "3.3.5 bext01": wire(
        plain(
            "OPTIONS",
            "bext01",
            Require="nothingSupportsThis, nothingSupportsThisEither",
            Proxy_Require="noProxiesSupportThis, norDoAnyProxiesSupportThis",
        )
    ),
    "3.3.6 invut": wire(
        plain("INVITE", "invut", Content_Type="application/unknownformat"), '<audio>\n <pcmu port="443"/>\n</audio>\n'
    ),
    "3.3.7 regaut01": wire(
        plain(
            "REGISTER",
            "regaut01",
            uri="sip:example.com",
            Authorization="NoOneKnowsThisScheme opaque-data=here",
        )
    ),
    "3.3.8 multi01": wire(
        plain("INVITE", "multi01", CSEQ="59 INVITE", call_id="multi01.second@example.net", **WITH_OFFER)
        + "\nMax-Forwards: 5\nFrom: sip:other@example.net;tag=34\nTo: sip:other@example.com\nContent-Type: text/plain",
        OFFER,
    ),
    "3.3.9 mcl01": wire(
        plain("OPTIONS", "mcl01", Content_Type="text/plain") + "\nContent-Length: 13",
        "There's no way to know how many octets are supposed to be here.\n",
        "5",
    ),
    "3.3.10 bcast": wire(
        answer(
            "200 OK",
            "bcast",
            Via="SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923",
            VIA="SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23",
            **WITH_OFFER,
        ),
        OFFER,
    ),
    "3.3.11 zeromf": wire(plain("OPTIONS", "zeromf", Max_Forwards="0")),
    "3.3.12 cparam01": wire(
        plain("REGISTER", "cparam01", uri="sip:example.com", Contact="sip:+19725552222@gw1.example.net;unknownparam")
    ),
    "3.3.13 cparam02": wire(
        plain("REGISTER", "cparam02", uri="sip:example.com", Contact="<sip:+19725552222@gw1.example.net;unknownparam>")
    ),
    "3.3.14 regescrt": wire(
        plain(
            "REGISTER",
            "regescrt",
            uri="sip:example.com",
            Contact="<sip:user@example.com?Route=%3Csip:sip.example.com%3E>",
        )
    ),
    "3.3.15 sdp01": wire(plain("INVITE", "sdp01", Accept="text/nobodyKnowsThis", **WITH_OFFER), OFFER),
    "3.4.1 inv2543": wire(
        """
INVITE sip:UserB@example.com SIP/2.0
Via: SIP/2.0/UDP iftgw.example.com
From: <sip:+13035551111@ift.client.example.net;user=phone>
Record-Route: <sip:UserB@example.com;maddr=ss1.example.com>
To: sip:+16505552222@ss1.example.net;user=phone
Call-ID: inv2543.1717@ift.client.example.com
CSeq: 56 INVITE
Content-Type: application/sdp
""",
        OFFER,
        "",
    ),
}
