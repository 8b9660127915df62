from __future__ import annotations

import logging

import pytest

from softphone.storage.connection.listeners import Listeners


def fail(*_what: object) -> None:
    raise ZeroDivisionError


def test_everybody_hears_in_order_and_one_failure_is_not_the_others(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[tuple[str, str, int]] = []
    listeners: Listeners[str, int] = Listeners("claims")
    listeners.add(lambda name, number: heard.append(("first", name, number)))
    listeners.add(fail)
    listeners.add(lambda name, number: heard.append(("last", name, number)))
    with caplog.at_level(logging.ERROR):
        listeners.tell("a", 1)
    assert heard == [("first", "a", 1), ("last", "a", 1)]
    assert "a listener of claims" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_who_comes_while_it_is_told_hears_the_next() -> None:
    heard: list[str] = []
    listeners: Listeners[str] = Listeners("changes")
    listeners.add(lambda _: listeners.add(heard.append))
    listeners.tell("first")
    assert heard == []
    listeners.tell("second")
    assert heard == ["second"]
