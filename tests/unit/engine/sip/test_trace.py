"""What the SIP trace shows, and what it must never show."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.engine.sip.trace import SipTrace, redact, sip_message

LINE = (
    "RX 120 bytes Request msg REGISTER/cseq=2 (rdata0x1) from UDP 192.0.2.9:5060:\r\n"
    'REGISTER sip:example.com SIP/2.0\r\nTo: <sip:a@example.com>\r\n{header}: Digest username="a",\r\n'
    ' response="0123456789abcdef"\r\nContent-Length: 0\r\n\r\n\r\n--end msg--'
)
SECRETS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=12, max_size=40)
NAMES = st.sampled_from(["Authorization", "proxy-authorization", "AUTHORIZATION", "Proxy-Authentication-Info"])
FOLDS = st.sampled_from(["", "\n ", "\n\t\t", " \n  "])


@given(NAMES, SECRETS, FOLDS, st.sampled_from([":", " :", ":  "]))
def test_credentials_are_blanked_however_they_are_written(name: str, secret: str, fold: str, colon: str) -> None:
    text = f'REGISTER sip:h SIP/2.0\n{name}{colon} Digest{fold} response="{secret}"\nTo: <sip:a@h>\n\n'
    blanked = redact(text)
    assert secret not in blanked
    assert "To: <sip:a@h>" in blanked


@given(SECRETS)
def test_a_message_cut_off_in_the_credentials_gives_nothing_away(secret: str) -> None:
    text = f'REGISTER sip:h SIP/2.0\nAuthorization: Digest username="a", response="{secret}'
    for end in range(len(text) - len(secret) + 6, len(text)):
        assert secret[: end - len(text)] not in redact(text[:end])


@given(SECRETS)
def test_a_digest_response_outside_its_header_is_blanked(secret: str) -> None:
    assert secret not in redact(f"username=a, response={secret}, uri=x")
    assert secret not in redact(f'cnonce="{secret}"')


@given(SECRETS)
def test_a_password_in_an_address_is_blanked(secret: str) -> None:
    assert secret not in redact(f"From: <sip:agent:{secret}@example.com>")


@given(st.text())
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    assert redact(redact(text)) == redact(text)


def test_an_ordinary_message_stays_as_it_is() -> None:
    text = "INVITE sip:a@192.0.2.1:5060 SIP/2.0\nFrom: <sip:b@192.0.2.2:5070>;tag=1\nX: sip:c@d\n\nv=0\n"
    assert redact(text) == text


def test_messages_are_found_among_log_lines() -> None:
    found = sip_message(LINE.format(header="X").replace("\r\n", "\n"))
    assert found is not None
    assert found[0] == "← UDP 192.0.2.9:5060"
    assert found[1].startswith("REGISTER sip:example.com SIP/2.0\n")
    assert "--end msg--" not in found[1]


@pytest.mark.parametrize("line", ["", "Call 1: state changed", "TX 5 things", "sent 3 bytes to nobody"])
def test_other_lines_are_not_messages(line: str) -> None:
    assert sip_message(line) is None


def test_the_file_holds_the_message_without_the_secret(tmp_path: Path) -> None:
    trace = SipTrace(tmp_path / "sip.log")
    trace.log_line(LINE.format(header="Authorization"))
    trace.log_line("no message")
    trace.close()
    trace.log_line(LINE.format(header="Authorization"))
    text = (tmp_path / "sip.log").read_text()
    assert text.count("REGISTER sip:example.com SIP/2.0") == 1
    assert "0123456789abcdef" not in text
    assert "Content-Length: 0" in text


def test_the_token_of_a_pickup_is_blanked() -> None:
    line = "Refer-To: <sip:agent2@example.com;pickup=jH_dLO5U9N;x=y>"
    assert redact(line) == "Refer-To: <sip:agent2@example.com;pickup=***;x=y>"


def test_the_keys_of_an_encrypted_call_are_blanked() -> None:
    body = "m=audio 4000 RTP/SAVP 9\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{key}|2^20|1:32\nk=base64:{key}\na=x:1\n"
    key = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"
    blanked = redact(body.format(key=key))
    assert key not in blanked
    assert "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:***|2^20|1:32\n" in blanked
    assert blanked.endswith("a=x:1\n")


def test_keys_a_caller_presses_are_blanked() -> None:
    assert redact("Content-Type: application/dtmf-relay\n\nSignal= 5\nDuration=160\n").count("5") == 0


def test_the_trace_has_a_size_limit_and_the_oldest_goes(tmp_path: Path) -> None:
    trace = SipTrace(tmp_path / "sip.log", file_bytes=2000)
    for number in range(200):
        trace.log_line(LINE.format(header=f"X-{number}"))
    trace.close()
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["sip.log", "sip.log.1", "sip.log.2"]
    assert all(file.stat().st_size < 2500 for file in files)
    assert "X-199" in "".join(file.read_text() for file in files)


def test_a_message_does_not_steer_the_terminal_that_shows_the_trace(tmp_path: Path) -> None:
    trace = SipTrace(tmp_path / "sip.log")
    trace.log_line(LINE.format(header="X\x1b[2J\x9b"))
    trace.close()
    assert "X\\x1b[2J\\x9b" in (tmp_path / "sip.log").read_text()
