"""SIP traces as the engine writes them."""

from __future__ import annotations


def request(at: float, way: str, method: str, call_id: str, cseq: int, *headers: str, body: str = "") -> str:
    return _block(at, way, f"{method} sip:somebody@127.0.0.1 SIP/2.0", call_id, f"{cseq} {method}", headers, body)


def response(at: float, way: str, status: int, call_id: str, cseq: str, *headers: str) -> str:
    return _block(at, way, f"SIP/2.0 {status} Words", call_id, cseq, headers, "")


def answered(call_id: str, at: float) -> tuple[str, str, str]:
    """An incoming call: INVITE, 180 with call waiting, 200."""
    alert = "Alert-Info: <urn:alert:service:call-waiting>"
    return (
        request(at, "←", "INVITE", call_id, 1),
        response(at + 0.01, "→", 180, call_id, "1 INVITE", alert),
        response(at + 7.0, "→", 200, call_id, "1 INVITE"),
    )


def trace(*messages: str) -> str:
    """In the order of their times, as they are written."""
    return "".join(sorted(messages, key=lambda text: float(text.split()[2])))


def _block(at: float, way: str, start: str, call_id: str, cseq: str, headers: tuple[str, ...], body: str) -> str:
    lines = [
        f"---- 2024-05-01T10:00:00.000000+00:00 {at:.6f} {way} UDP 127.0.0.1:5080",
        start,
        f"Call-ID: {call_id}",
        f"CSeq: {cseq}",
        *headers,
        *(["", body] if body else []),
    ]
    return "\n".join(lines) + "\n\n"
