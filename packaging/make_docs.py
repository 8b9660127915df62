"""Writes the pages of docs/ that are made from the code, so that the two cannot differ."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

import call_control_page

from softphone.config.declarations import declarations
from softphone.model.profile import TrackingNumber, UserProfile, UserQueue
from softphone.model.settings import Settings
from softphone.session.control.verbs import VERBS, Verb

DOCS = Path(__file__).parent.parent / "docs"

SETTINGS_HEAD = """# Settings

Every option of a machine's softphone. They are kept in `settings.toml` in the data directory, and can be read and
written with `softphone settings export|import`. This page is made from the code: `make docs`.
"""

TEAM_HEAD = """# The team

Users, their queue settings and tracking numbers are kept in the database. *Settings → Manage Users* and *Settings →
Tracking Numbers* change them; `softphone settings export|import` has them in these tables of its file.
"""

TEAM = {"[[users]]": UserProfile, "[users.queue]": UserQueue, "[[tracking_numbers]]": TrackingNumber}

CONTROL_HEAD = """# softphone ctl

`softphone ctl VERB [ARGUMENT] [--json]` drives the running app of this user. Exit status: 0 done; 1 refused, with the
reason on standard error; 2 wrong usage; 3 no app is running. With `--data-dir DIR` before `ctl` it speaks to the app
of that directory. A call that is not named is the obvious one; where there is none, or more than one, the command is
refused. In this version `transfer` and `pickup` always are. This page is made from the code: `make docs`.

| verb | argument | what it does |
|---|---|---|
"""


def pages() -> dict[str, str]:
    """Every page by its file name."""
    return {"settings.md": settings_page(), "control.md": control_page(), "call-control.md": call_control_page.page()}


def settings_page() -> str:
    """The options and the fields of the team, table by table."""
    settings = Settings()
    tables = (_table(f"[{table.name}]", type(getattr(settings, table.name))) for table in fields(settings))
    team = (_table(name, of) for name, of in TEAM.items())
    return "\n".join([SETTINGS_HEAD, *tables, TEAM_HEAD, *team])


def control_page() -> str:
    """The verbs of ``softphone ctl``."""
    return CONTROL_HEAD + "".join(f"| `{verb.name}` | {_argument(verb)} | {verb.help} |\n" for verb in VERBS.values())


def _argument(verb: Verb) -> str:
    argument = verb.argument
    if argument is None:
        return ""
    name = f"`{argument.name}`" if argument.required else f"`[{argument.name}]`"
    choices = ", ".join(f"`{choice}`" for choice in argument.choices)
    return ": ".join(part for part in (f"{name} {argument.help}", choices) if part)


def _table(name: str, of: type) -> str:
    rows = [
        f"| `{field.name}` | {field.metadata['label']} | {_value(field)} | {_help(field, of)} |"
        for field in fields(of)
        if field.metadata
    ]
    intro = str(of.__doc__).partition("\n")[0]
    return "\n".join(
        [f"## {name}", intro, "", "| option | in the dialogs | default | meaning |", "|---|---|---|---|", *rows, ""]
    )


def _value(field: Field[Any]) -> str:
    if field.default is MISSING:
        return "none"
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    if isinstance(field.default, str):
        return f'`"{field.default}"`'
    if isinstance(field.default, tuple):
        return ", ".join(f'`"{item}"`' for item in field.default)
    return f"`{field.default}`"


def _help(field: Field[Any], of: type) -> str:
    text = str(field.metadata["help"]).replace("<", "&lt;")
    declaration = declarations(of).get(field.name)
    if declaration and declaration.choices:
        return f"{text}: {', '.join(f'`{choice}`' for choice in declaration.choices)}"
    if field.metadata["high"]:
        return f"{text} ({field.metadata['low']:g} to {field.metadata['high']:g})"
    return text


if __name__ == "__main__":
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
