"""RFC 4475 section 3.1.1: valid messages that a simple reader stumbles over."""

from __future__ import annotations

from tests.faults.torture.wire import OFFER, WITH_OFFER, answer, plain, wire

_UNRESERVED = "!interesting-Method0123456789_*+`.%indeed'~"
_MARKED_USER = "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*"

_WHITE_SPACE = r"""
INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0
TO :
 sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n
from   : "J Rosenberg \\\""       <sip:jdrosen@example.com>
  ;
  tag = 98asjd8
MaX-fOrWaRdS: 0068
Call-ID: wsinv.ndaksdj@192.0.2.1
cseq: 0009
  INVITE
Via  : SIP  /   2.0
 /UDP
    192.0.2.2;branch=390skdjuw
s :
NewFangledHeader:   newfangled value
 continued newfangled value
UnknownHeaderWithUnusualValue: ;;,,;;,;
Content-Type: application/sdp
Route:
 <sip:services.example.com;lr;unknownwith=value;unknown-no-value>
v:  SIP  / 2.0  / TCP     spindle.example.com   ;
  branch  =   z9hG4bK9ikj8  ,
 SIP  /    2.0   / UDP  192.168.255.111   ; branch=
 z9hG4bK30239
m:"Quoted string \"\"" <sip:jdrosen@example.com> ; newparam =
      newvalue ;
  secondparam ; q = 0.33
"""

_MANY_PARTS = """\
--7a9cbec02ceef655
Content-Type: text/plain
Content-Transfer-Encoding: binary

You should accept this message.
--7a9cbec02ceef655
Content-Type: application/octet-stream
Content-Transfer-Encoding: binary

0\x82\x01R\x06\t*\x86H\x86\xf7\r\x01\x07\x02\xa0\x82\x01C0\x82\x01?\x02\x01\x011\t0\x07\x06\x05+\x0e\x03\x02\x1a
--7a9cbec02ceef655--
"""


def _long() -> str:
    """3.1.1.7: every value far longer than usual."""
    return plain(
        "INVITE",
        "longreq",
        To=f'"I have a user name of {"extreme" * 10} proportion"<sip:user@example.com:6000;unknownparam1='
        f"very{'long' * 20}value;longparam{'name' * 25}=shortvalue;very{'long' * 25}ParameterNameWithNoValue>",
        F=f"sip:{'amazinglylongcallername' * 5}@example.net;tag=12{'982' * 50}424;unknownheaderparam"
        f"{'name' * 20}=unknowheaderparam{'value' * 15};unknownValueless{'paramname' * 10}",
        Call_ID=f"longreq.one{'really' * 20}longcallid",
        Unknown=f"{'long' * 20}-Name: unknown-{'long' * 20}-value; unknown-{'long' * 20}-parameter-name = unknown",
        Via="SIP/2.0/TCP sip33.example.com;branch=z9hG4bKlongreq",
        V="SIP/2.0/TCP sip32.example.com, "
        + ", ".join(f"SIP/2.0/TCP sip{number}.example.com" for number in range(31, 1, -1)),
        M=f"<sip:{'amazinglylongcallername' * 5}@host5.example.net>",
        without="From Contact",
        **WITH_OFFER,
    )


VALID: dict[str, bytes] = {
    "3.1.1.1 wsinv": wire(_WHITE_SPACE, OFFER),
    "3.1.1.2 intmeth": wire(
        plain(
            _UNRESERVED,
            "intmeth",
            uri=f"sip:{_MARKED_USER}:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com",
            Via="SIP/2.0/TCP host1.example.com;branch=z9hG4bK-.!%66*_+`'~",
            To='"BEL:\x07 NUL:\x00 DEL:\x7f" <sip:1_unusual.URI~(to-be!sure)&isn\'t+it$/crazy?,/;;*@example.com>',
            From="token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%=\"\xd1\x80\xd0\xb0\xd0"
            "\xb1\xd0\xbe\xd1\x82\";tag=_token~1'+`*%!-.",
            Call_ID="intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{",
            CSeq=f"139122385 {_UNRESERVED}",
            Max_Forwards="255",
            Extension="extensionHeader-!.%*+_`'~:\xef\xbb\xbf\xe5\xa4\xa7\xe5\x81\x9c\xe9\x9b\xbb",
        )
    ),
    "3.1.1.3 esc01": wire(
        plain(
            "INVITE",
            "esc01",
            uri="sip:sips%3Auser%40example.com@example.net",
            To="sip:%75se%72@example.com",
            From="<sip:I%20have%20spaces@example.net>;tag=938",
            Contact="<sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31>",
            **WITH_OFFER,
        ),
        OFFER,
    ),
    "3.1.1.4 escnull": wire(
        plain(
            "REGISTER",
            "escnull",
            uri="sip:example.com",
            To="sip:null-%00-null@example.com",
            From="sip:null-%00-null@example.com;tag=839923423",
            Contact="<sip:%00@host5.example.com>, <sip:%00%00@host5.example.com>",
        )
    ),
    "3.1.1.5 esc02": wire(
        plain(
            "RE%47IST%45R",
            "esc02",
            uri="sip:registrar.example.com",
            To='"%Z%45" <sip:resource@example.com>',
            From='"%Z%45" <sip:resource@example.com>;tag=f232jadfj23',
            Contact="<sip:alias1@host1.example.com>, <sip:alias3@host3.example.com>",
            C="<sip:alias2@host2.example.com>;a%6C=b%6C",
        )
    ),
    "3.1.1.6 lwsdisp": wire(
        plain("OPTIONS", "lwsdisp", From="caller<sip:caller@example.com>;tag=323", Max_Forwards="70")
    ),
    "3.1.1.7 longreq": wire(_long(), OFFER),
    "3.1.1.8 dblreq": wire(plain("REGISTER", "dblreq", uri="sip:example.com"))
    + wire(plain("INVITE", "dblreq.after", uri="sip:joe@example.com", **WITH_OFFER), OFFER),
    "3.1.1.9 semiuri": wire(
        plain("OPTIONS", "semiuri", uri="sip:user;par=u%40example.net@example.com", Accept="application/sdp")
    ),
    "3.1.1.10 transports": wire(
        plain(
            "OPTIONS",
            "transports",
            Via="SIP/2.0/UDP t1.example.com;branch=z9hG4bKkdjuw",
            VIA="SIP/2.0/SCTP t2.example.com;branch=z9hG4bKklasjdhf, SIP/2.0/TLS t3.example.com;branch=z9hG4bK2980,"
            " SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKasd0f3en, SIP/2.0/TCP t5.example.com;branch=z9hG4bK0a9id",
        )
    ),
    "3.1.1.11 mpart01": wire(
        plain(
            "MESSAGE",
            "mpart01",
            uri="sip:kumiko@example.org",
            Content_Type="multipart/mixed;boundary=7a9cbec02ceef655",
            MIME_Version="1.0",
        ),
        _MANY_PARTS,
    ),
    "3.1.1.12 unreason": wire(
        answer(
            "200 = 2**3 * 5**2 \xd0\xbd\xd0\xbe \xd1\x81\xd1\x82\xd0\xbe \xd0\xb4\xd0\xb5\xd0\xb2\xd1\x8f\xd0\xbd"
            "\xd0\xbe\xd1\x81\xd1\x82\xd0\xbe \xd0\xb4\xd0\xb5\xd0\xb2\xd1\x8f\xd1\x82\xd1\x8c",
            "unreason",
            **WITH_OFFER,
        ),
        OFFER,
    ),
    "3.1.1.13 noreason": wire(answer("100 ", "noreason")),
}
