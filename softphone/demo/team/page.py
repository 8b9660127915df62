"""The set-up of docs/team.md, command by command and file by file, moved to this machine's loopback address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from softphone.demo.team.cluster import Cluster
from softphone.demo.team.programs import LOOPBACK
from softphone.demo.team.sip_server import SipServer

AGENTS = ("agent1", "agent2", "agent3")
RECALL_SECONDS = 5


def page_folder() -> Path:
    """docs/team of the project, the only place this demo runs from."""
    return Path(__file__).parents[3] / "docs" / "team"


def commands(page: Path) -> Iterator[str]:
    """What docs/team.md tells the reader to type in a shell, line by line; other blocks name their language."""
    text = page.with_suffix(".md").read_text(encoding="utf-8")
    for language, block in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S):
        if not language:
            yield from block.splitlines()


def provisioning(page: Path, name: str, cluster: Cluster, server: SipServer) -> str:
    """A provisioning file of the page."""
    words = {
        '"/etc/softphone/ca.pem"\npassword': f'"{cluster.ca}"\npassword',  # of the database
        "/etc/softphone/ca.pem": str(server.ca),
        "@pbx.example.com/softphone": f"@{LOOPBACK}:{cluster.port}/softphone?sslmode=verify-full",
        "//pbx.example.com/softphone": f"//{LOOPBACK}:{cluster.port}/softphone?sslmode=verify-full",
        "pbx.example.com:5061": f"{LOOPBACK}:{server.tls_port}",
        "@pbx.example.com": f"@{LOOPBACK}:{server.port}",
    }
    text = (page / name).read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def on_this_machine() -> str:
    """What the page leaves to each machine: here no sound device, no trace on the screen, a short recall."""
    silent = '[sound]\nmicrophone = "none"\nheadset = "none"\nringer = "none"\n'
    return (
        f'{silent}[network]\nbind = "{LOOPBACK}"\n'
        f"[calls]\nreminder_seconds = {RECALL_SECONDS - 2}\nrecall_seconds = {RECALL_SECONDS}\n"
        "[diagnostics]\nsip_trace = true\n"
    )
