"""The kinds of faults there are: each a function of a seed, and of whether everything is to be tried, or a choice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.faults import acks, bodies, floods, headers, mutations, oddities, races, strays, torture
from tests.faults.row import Fault

KINDS: dict[str, Callable[[int, bool], Iterator[Fault]]] = {
    "torture": torture.faults,
    "headers": headers.faults,
    "bodies": bodies.faults,
    "oddities": oddities.faults,
    "strays": strays.faults,
    "mutations": mutations.faults,
    "floods": floods.faults,
    "races": races.faults,
    "acks": acks.faults,
}
