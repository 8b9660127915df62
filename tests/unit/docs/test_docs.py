"""What the docs say about the code is compared with the code."""

from __future__ import annotations

import re
import runpy
from importlib.metadata import requires
from pathlib import Path
from typing import get_args

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from softphone.model.call import TRANSITIONS
from softphone.model.ua_commands import UaCommand
from softphone.model.ua_events import UaEvent
from softphone.policy.rule.call_waiting import RULES, Rule

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
LARGEST_PICTURE = 60_000
PAGES = [
    *sorted(DOCS.glob("*.md")),
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "resources/sounds/README.md",
    ROOT / "resources/licences.md",
    ROOT / "packaging/pjsip/README.md",
]


def table(page: str, first_heading: str) -> list[list[str]]:
    """The rows, without the head, of the table whose first column has this heading."""
    lines = (DOCS / page).read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first_heading} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def written(rule: Rule) -> list[str]:
    direct = {True: "direct", False: "not direct", None: "any"}[rule.direct]
    switch = {True: "on", False: "off", None: "any"}
    return [rule.situation, direct, switch[rule.call_waiting], switch[rule.bypass], rule.treatment]


def test_the_rule_table_is_the_rule() -> None:
    assert table("architecture.md", "agent") == [written(rule) for rule in RULES]


def test_the_table_of_phases_is_the_one_in_force() -> None:
    expected = [[phase, ", ".join(sorted(after))] for phase, after in TRANSITIONS.items()]
    assert table("architecture.md", "phase") == expected


@pytest.mark.parametrize(
    ("heading", "union"), [("commands to the engine", UaCommand), ("events from the engine", UaEvent)]
)
def test_every_message_is_listed_once(heading: str, union: object) -> None:
    listed = [name for row in table("architecture.md", heading) for name in re.findall(r"`(\w+)`", row[0])]
    assert sorted(listed) == sorted(kind.__name__ for kind in get_args(union))


@pytest.mark.parametrize("name", ["settings.md", "control.md", "call-control.md"])
def test_pages_made_from_the_code_are_up_to_date(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    pages: dict[str, str] = runpy.run_path(str(ROOT / "packaging" / "make_docs.py"))["pages"]()
    assert (DOCS / name).read_text(encoding="utf-8") == pages[name], "run: make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"(?:\]\(|src=\"|srcset=\")(?!https?:)([^)#\"]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_picture_is_shown_and_none_is_large() -> None:
    pictures = sorted((DOCS / "images" / "admin").glob("*.png"))
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert [picture.name for picture in pictures if f"images/admin/{picture.name}" not in text] == []
    assert [picture.name for picture in pictures if picture.stat().st_size > LARGEST_PICTURE] == []
    assert pictures


def shipped(distribution: str) -> set[str]:
    """Everything that is installed with *distribution* on this system, by name."""
    todo = [(distribution, "")]
    found: set[tuple[str, str]] = set()
    while todo:
        name, extra = todo.pop()
        for requirement in map(Requirement, requires(name) or []):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                entry = (canonicalize_name(requirement.name), next(iter(requirement.extras), ""))
                todo += [entry] if entry not in found else []
                found.add(entry)
    return {name for name, _ in found}


def test_the_licence_of_everything_shipped_is_listed() -> None:
    listed = re.sub(r"[^a-z0-9]", "", (ROOT / "resources/licences.md").read_text(encoding="utf-8").lower())
    packages = shipped("softphone") | {"pjsua2", "pjsua2-python"}  # either of the two is installed
    assert "greenlet" in packages
    assert [name for name in packages if name.replace("-", "") not in listed] == []
