"""Callbacks from C++: an exception that leaves one ends the process, so none does (every body is guarded)."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar, cast

P = ParamSpec("P")
S = TypeVar("S")

log = logging.getLogger("softphone.engine")


def guarded(body: Callable[Concatenate[S, P], None]) -> Callable[Concatenate[S, P], None]:
    """Log whatever *body* raises and return. The traceback is written at once, never stored: it holds references."""

    @functools.wraps(body)
    def run(self: S, *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            body(self, *args, **kwargs)
        except BaseException:
            log.exception("in %s", body.__name__)

    return cast("Callable[Concatenate[S, P], None]", run)
