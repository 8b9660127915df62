import sys

import pytest

from softphone.engine_link.program import engine_argv


def test_an_installed_engine_is_a_module() -> None:
    assert engine_argv() == (sys.executable, "-m", "softphone.engine")


def test_a_frozen_program_is_its_own_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert engine_argv() == (sys.executable, "engine")
