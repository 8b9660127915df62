"""Whose pipe it is: the part that needs no Windows."""

from __future__ import annotations

import pytest

from softphone.errors import UserFacingError
from ui.app.windows_pipe import open_pipe, refuse_a_strangers_pipe, text_of_sid


def sid(*parts: int) -> bytes:
    authority, *rest = parts
    return bytes([1, len(rest)]) + authority.to_bytes(6, "big") + b"".join(part.to_bytes(4, "little") for part in rest)


ANN, BOB = sid(5, 21, 1111, 2222, 3333, 1001), sid(5, 21, 1111, 2222, 3333, 1002)
ADMINISTRATORS = sid(5, 32, 544)


def test_identifiers_are_written_as_usual() -> None:
    assert text_of_sid(ANN) == "S-1-5-21-1111-2222-3333-1001"
    assert text_of_sid(ADMINISTRATORS) == "S-1-5-32-544"


@pytest.mark.parametrize("broken", [b"", b"\x01", ANN[:-1], b"\x02" + ANN[1:]])
def test_what_is_no_identifier_is_nobodys(broken: bytes) -> None:
    with pytest.raises(ValueError, match="no security identifier"):
        refuse_a_strangers_pipe(broken, (ANN,))


def test_a_pipe_another_user_has_made_gets_nothing() -> None:
    for stranger in (BOB, ADMINISTRATORS):
        with pytest.raises(UserFacingError, match="belongs to another user of this computer"):
            refuse_a_strangers_pipe(stranger, (ANN, ANN))


def test_ones_own_is_spoken_to_also_by_an_administrator() -> None:
    refuse_a_strangers_pipe(ANN, (ANN, ANN))
    refuse_a_strangers_pipe(ADMINISTRATORS, (ANN, ADMINISTRATORS))


def test_without_the_app_there_is_no_pipe() -> None:
    with pytest.raises(OSError, match="softphone-nobody"):
        open_pipe("softphone-nobody")
