"""Which tests may start programs: the others are the inner loop, ``make test-fast``, and are kept free of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

STARTS = frozenset({"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec", "os.spawn"})
_forbidden_to = ""


def mark_those_with_servers(items: list[pytest.Item]) -> None:
    """Integration tests, and whoever takes the database server, start programs."""
    for item in items:
        if "integration" in item.path.parts or "postgres_server" in getattr(item, "fixturenames", ()):
            item.add_marker("programs")


@pytest.fixture(autouse=True)
def only_marked_tests_start_programs(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where those with programs are left out, fails the test that starts one and does not say so."""
    global _forbidden_to
    left_out = "not programs" in request.config.getoption("markexpr")
    _forbidden_to = request.node.nodeid if left_out else ""
    yield
    _forbidden_to = ""


def _see(event: str, _arguments: tuple[object, ...]) -> None:
    if event in STARTS and _forbidden_to:
        raise AssertionError(f"{_forbidden_to} starts a program and has not the marker “programs”")


sys.addaudithook(_see)
