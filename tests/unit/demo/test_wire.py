from __future__ import annotations

from pathlib import Path

from softphone.demo import wire
from tests.unit.demo.traces import answered, request, response, trace


def read(tmp_path: Path, *messages: str) -> list[wire.Message]:
    path = tmp_path / "sip.log"
    path.write_text("".join(messages), encoding="utf-8")
    return wire.read_trace(path)


def test_messages_are_read_in_order_with_time_and_direction(tmp_path: Path) -> None:
    first, second = read(tmp_path, request(1.5, "←", "INVITE", "one", 7), response(2.25, "→", 180, "one", "7 INVITE"))
    assert (first.at, first.sent, first.status, first.call_id, first.cseq) == (1.5, False, 0, "one", (7, "INVITE"))
    assert (second.at, second.sent, second.status, second.cseq) == (2.25, True, 180, (7, "INVITE"))
    assert first.is_request("INVITE")
    assert not first.is_request("INV")


def test_headers_are_found_by_name_in_any_case_and_not_in_the_body(tmp_path: Path) -> None:
    (message,) = read(tmp_path, request(1, "→", "INVITE", "one", 1, "alert-info : <urn:x>", body="Fake: y\na=sendonly"))
    assert message.header("Alert-Info") == "<urn:x>"
    assert message.header("Fake") == ""


def test_no_file_is_no_message(tmp_path: Path) -> None:
    assert wire.read_trace(tmp_path / "none") == []


def test_a_hold_is_the_sendonly_offer_of_this_call_and_the_answer_to_it(tmp_path: Path) -> None:
    messages = read(
        tmp_path,
        request(1, "→", "INVITE", "other", 5, body="v=0\na=sendonly"),
        request(2, "→", "INVITE", "one", 8, body="v=0\na=sendrecv"),
        response(3, "←", 200, "one", "8 INVITE"),
        request(4, "→", "INVITE", "one", 9, body="v=0\na=sendonly"),
        response(5, "←", 491, "one", "9 INVITE"),
        response(6, "←", 200, "one", "10 INVITE"),
        response(7, "←", 200, "one", "9 INVITE"),
    )
    asked, confirmed = wire.hold(messages, "one")
    assert asked is not None
    assert confirmed is not None
    assert (asked.at, confirmed.at) == (4, 7)
    assert wire.hold(messages, "third") == (None, None)


def test_answers_and_byes_are_those_the_phone_sent(tmp_path: Path) -> None:
    messages = read(
        tmp_path,
        response(1, "←", 200, "one", "1 INVITE"),
        response(2, "→", 200, "one", "2 BYE"),
        response(3, "→", 200, "one", "1 INVITE"),
        request(4, "←", "BYE", "one", 3),
        request(5, "→", "BYE", "one", 4),
    )
    answer, bye = wire.answer(messages, "one", 200), wire.bye(messages, "one")
    assert answer is not None
    assert bye is not None
    assert (answer.at, bye.at) == (3, 5)
    assert wire.answer(messages, "one", 302) is None


def test_the_trace_of_a_whole_demo_is_read(tmp_path: Path) -> None:
    assert len(read(tmp_path, trace(*answered("one", 1.0)))) == 3
