"""docs/team.md and the files beside it belong together; that its commands work is for the tests' office to say."""

from __future__ import annotations

import re
from pathlib import Path

from softphone.demo.team.page import AGENTS, commands, page_folder

ROOT = Path(__file__).parents[4]
PAGE = page_folder()
TEXT = PAGE.with_suffix(".md").read_text(encoding="utf-8")


def test_every_file_is_spoken_of() -> None:
    linked = set(re.findall(r"\(team/([\w.]+)\)", TEXT))
    siblings = {f"{agent}.toml" for agent in AGENTS[1:]}  # “and so on”
    assert {file.name for file in PAGE.iterdir()} - siblings == linked


def test_the_packages_it_installs_are_those_the_demo_installs() -> None:
    lines = (ROOT / "packaging" / "apt-team.txt").read_text(encoding="utf-8").splitlines()
    named = [name for line in commands(PAGE) if line.startswith("apt-get install ") for name in line.split()[2:]]
    assert named
    assert set(named) <= set(lines)


def test_every_command_is_one_somebody_types_in_the_demo() -> None:
    known = ("apt-get install ", "sudo -u postgres psql -f ", "softphone", "make team-demo")
    assert all(line.startswith(known) for line in commands(PAGE))
    assert "softphone" in set(commands(PAGE)), "the demo starts the softphones where the page does"
    for target in [line for line in commands(PAGE) if line.startswith("make ")]:
        assert f"\n{target.split()[1]}:" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_three_agents_files_differ_in_nothing_but_the_agent() -> None:
    files = [(PAGE / f"{agent}.toml").read_text(encoding="utf-8") for agent in AGENTS]
    plain = {
        text.replace(agent, "agent").replace(f"-{agent[-1]}", "-") for agent, text in zip(AGENTS, files, strict=True)
    }
    assert len(plain) == 1
