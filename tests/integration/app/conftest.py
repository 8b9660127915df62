"""A desk for each module, cleared up after each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab.desk import Desk, open_desk
from tests.lab.ports import free_port
from tests.lab.provisioning import Provisioning


@pytest.fixture(scope="module")
def module_desk() -> Iterator[Desk]:
    """One softphone, peer to peer, for a whole module."""
    with open_desk(Provisioning(free_port())) as desk:
        yield desk


@pytest.fixture
def desk(module_desk: Desk) -> Iterator[Desk]:
    """The module's softphone: no calls, the plain profile."""
    with module_desk:
        yield module_desk
