"""PJSIP's objects are C++ objects behind Python ones; when they die is decided here, not by the garbage collector."""

from __future__ import annotations

from typing import Any


def destroy(proxy: Any) -> None:
    """Run the C++ destructor now; every later use of *proxy* raises. Doing it twice does nothing."""
    if proxy.this is not None:
        type(proxy).__swig_destroy__(proxy)
        proxy.this = None
