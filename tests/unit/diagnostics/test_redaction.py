import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.diagnostics.redaction import BLANK, redact
from softphone.model.ua_commands import Account, SetAccount

# Long and strange enough that it cannot be found in the text around it by chance.
SECRETS = st.text(
    st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=99
).map(lambda text: f"Zq{text}qZ")
WORDS = st.text(st.sampled_from("Zq0123456789abcdefABCDEF+/.-_~"), min_size=4, max_size=99).map(
    lambda text: f"Zq{text}qZ"
)
NAMES = st.sampled_from(["password", "Password", "sip_password", "passwd", "client-secret", "token", "pickup_token"])


@given(NAMES, SECRETS, st.sampled_from(["", " "]))
def test_no_quoted_value_of_a_secret_is_left(name: str, secret: str, space: str) -> None:
    as_json, as_repr = json.dumps(secret, ensure_ascii=False), repr(secret)
    for text in (
        f"before {name}{space}={space}{as_json} after",
        f"before {name}={as_repr}, after",
        f"before {json.dumps({name: secret}, ensure_ascii=False)} after",
        f"before { ({name: secret})!r} after",
    ):
        cleaned = redact(text)
        assert as_json[1:-1] not in cleaned
        assert as_repr[1:-1] not in cleaned
        assert "before" in cleaned and "after" in cleaned


@given(NAMES, WORDS)
def test_no_plain_value_of_a_secret_is_left(name: str, secret: str) -> None:
    for text in (f"{name}={secret}", f"{name}: {secret}", f"x?{name}={secret}&y=1", f"--{name}={secret} next"):
        assert secret not in redact(text)


@given(NAMES, SECRETS)
def test_a_quoted_value_that_is_cut_off_is_blanked_to_the_end(name: str, secret: str) -> None:
    cut = json.dumps(secret, ensure_ascii=False)[:-1]
    assert cut[1:] not in redact(f"{name}={cut}")


@given(WORDS, st.sampled_from(["Authorization", "proxy-authorization", "AUTHORIZATION"]))
def test_no_credentials_of_a_request_are_left(secret: str, header: str) -> None:
    message = (
        f'REGISTER sip:example.com SIP/2.0\r\n{header}: Digest username="agent1",\r\n'
        f'\tresponse="{secret}", cnonce="{secret}"\r\nCSeq: 2 REGISTER\r\n\r\n'
    )
    cleaned = redact(message)
    assert secret not in cleaned
    assert "agent1" not in cleaned
    assert "CSeq: 2 REGISTER" in cleaned


@given(WORDS)
def test_no_digest_part_standing_alone_is_left(secret: str) -> None:
    assert secret not in redact(f'challenge answered with response="{secret}", cnonce="{secret}"')


@given(WORDS)
def test_no_key_of_encrypted_sound_is_left(secret: str) -> None:
    assert secret not in redact(f"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{secret}|2^20|1:32")


@given(WORDS, st.sampled_from(["sip:agent1:{}@example.com", "postgresql://agent1:{}@db.example.com/team"]))
def test_no_password_in_an_address_is_left(secret: str, address: str) -> None:
    cleaned = redact(f"connecting to <{address.format(secret)}>")
    assert secret not in cleaned
    assert "agent1" in cleaned and "example.com" in cleaned


FRAGMENTS = st.sampled_from(
    [
        "password",
        "Authorization",
        "token",
        "response",
        "inline",
        "sip",
        ":",
        "=",
        '"',
        "'",
        " ",
        "\n",
        "\t",
        "\\",
        "@",
        ",",
        "x",
    ]
)


@given(st.text() | st.lists(FRAGMENTS, max_size=20).map("".join))
def test_any_text_can_be_cleaned_and_a_clean_one_stays_so(text: str) -> None:
    cleaned = redact(text)
    assert redact(cleaned) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "registered as sip:agent1@example.com:5060 with 200 OK",
        "INVITE sip:+15551230001@127.0.0.1:25000;transport=tcp SIP/2.0",
        "response 486 Busy Here to call 7f-12",
        "the keyring keeps passwords",
        "2026-03-01T12:00:00.000Z INFO softphone.session: hold confirmed",
        "INFO softphone.config.secrets: no keyring: passwords are kept in memory until the softphone ends",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert redact(text) == text


def test_a_command_with_a_password_in_it() -> None:
    command = SetAccount(Account("sip:agent1@example.com", password="Zq-geheim-qZ"))
    assert "Zq-geheim-qZ" not in repr(command)
    assert redact('{"password":"Zq-geheim-qZ","srtp":"off"}') == f'{{"password":{BLANK},"srtp":"off"}}'


@pytest.mark.parametrize(
    "piece", ["a", "a-", "a:", "a.a:", "password", "password=", "sip:a", "inline:", '"', "response="]
)
def test_a_long_line_is_no_trouble(piece: str) -> None:
    assert len(redact(piece * 20_000)) > 0
