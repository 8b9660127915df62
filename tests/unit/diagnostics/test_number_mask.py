"""Numbers are masked, and nothing else."""

from __future__ import annotations

import pytest

from softphone.diagnostics.number_mask import mask_numbers


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("sip:+15550102233@example.com", "sip:+*********33@example.com"),
        ("<tel:5550123>", "<tel:*****23>"),
        ("from (555) 010-2233 to agent1", "from (***) ***-**33 to agent1"),
        ('"remote": "+15550102233"', '"remote": "+*********33"'),
        ("+49 30 123456", "+** ** ****56"),
    ],
)
def test_numbers_can_be_masked(text: str, shown: str) -> None:
    assert mask_numbers(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T12:00:00.123Z INFO softphone.engine: engine 12345: up",
        "---- 2026-03-01T12:00:00.123456+00:00 12345.678901 → UDP 192.0.2.9:5060",
        "Python 3.11.7, PyQt6 6.11.0",
        "sip:agent1@192.0.2.1:5060",
        "Via: SIP/2.0/UDP 192.0.2.1:46712;branch=z9hG4bKPj2",
    ],
)
def test_what_is_no_number_stays(text: str) -> None:
    assert mask_numbers(text) == text
