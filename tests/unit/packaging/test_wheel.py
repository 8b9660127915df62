"""What the wheel holds: the product, and not what only demos of the team and tests use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def held() -> set[str]:
    return {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}


def test_the_product_is_in_it(held: set[str]) -> None:
    tracked = {
        str(path.relative_to(ROOT))
        for folder in ("softphone", "ui")
        for path in (ROOT / folder).rglob("*.py")
        if (ROOT / "softphone" / "demo" / "team") not in path.parents
    }
    assert tracked <= held


def test_the_teams_demo_and_the_tests_are_not(held: set[str]) -> None:
    assert [name for name in held if name.startswith(("softphone/demo/team/", "tests/"))] == []
    assert not any("watchdog" in name for name in held)
