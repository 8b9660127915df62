"""Callbacks from C++ and timers: an exception that leaves one ends the process, so none does."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

P = ParamSpec("P")
S = TypeVar("S")

log = logging.getLogger("softphone.engine")


Callback = Callable[Concatenate[S, P], None]


def guarded(body: Callback[S, P]) -> Callback[S, P]:
    """Log whatever *body* raises and return. The traceback is written at once, never stored: it holds references."""
    return guarded_with(lambda _self: None)(body)


def guarded_with(rescue: Callable[[Any], None]) -> Callable[[Callback[S, P]], Callback[S, P]]:
    """The same; afterwards *rescue* is given the object whose callback failed, so that nobody waits for it in vain."""

    def decorate(body: Callback[S, P]) -> Callback[S, P]:
        @functools.wraps(body)
        def run(self: S, *args: P.args, **kwargs: P.kwargs) -> None:
            try:
                body(self, *args, **kwargs)
            except BaseException:
                log.exception("in %s", body.__name__)
                _attempt(partial(rescue, self), f"after {body.__name__}")

        return cast("Callback[S, P]", run)

    return decorate


def run_guarded(action: Callable[[], None]) -> None:
    """Run what a timer has come for; what it raises is logged."""
    _attempt(action, "in a timer")


def _attempt(action: Callable[[], None], where: str) -> None:
    try:
        action()
    except BaseException:
        log.exception(where)
