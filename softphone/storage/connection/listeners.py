"""Whoever wants to hear of something."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Generic, ParamSpec

_log = logging.getLogger(__name__)

What = ParamSpec("What")


class Listeners(Generic[What]):
    """Told one after the other; the failure of one keeps nothing from the others. *of* is for the log."""

    def __init__(self, of: str) -> None:
        self._of = of
        self._listeners: list[Callable[What, None]] = []

    def add(self, listener: Callable[What, None]) -> None:
        """Tell this one, too, from now on."""
        self._listeners.append(listener)

    def tell(self, *what: What.args, **more: What.kwargs) -> None:
        """Tell everybody who listens now."""
        for listener in tuple(self._listeners):
            try:
                listener(*what, **more)
            except Exception:  # noqa: BLE001 - whatever it is, the next one is to hear
                _log.exception("a listener of %s", self._of)
