"""Writes docs/settings.md from the declarations of the options, so that the two cannot differ."""

from __future__ import annotations

from dataclasses import Field, fields
from pathlib import Path
from typing import Any

from softphone.model.settings import Settings

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"
HEAD = """# Settings

Every option of a machine's softphone. They are kept in `settings.toml` in the data directory, and can be read and
written with `softphone settings export|import`. This page is made from the code: `make docs`.
"""


def page() -> str:
    """The whole page."""
    settings = Settings()
    return "\n".join([HEAD, *(_table(table.name, getattr(settings, table.name)) for table in fields(settings))])


def _table(name: str, options: Any) -> str:
    rows = [f"| `{field.name}` | {_value(field)} | {_help(field)} |" for field in fields(options)]
    intro = str(type(options).__doc__).partition("\n")[0]
    return "\n".join([f"## [{name}]", intro, "", "| option | default | meaning |", "|---|---|---|", *rows, ""])


def _value(field: Field[Any]) -> str:
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    if isinstance(field.default, str):
        return f'`"{field.default}"`'
    if isinstance(field.default, tuple):
        return ", ".join(f'`"{item}"`' for item in field.default)
    return f"`{field.default}`"


def _help(field: Field[Any]) -> str:
    text: str = field.metadata["help"]
    if field.metadata["choices"]:
        return f"{text}: {', '.join(f'`{choice}`' for choice in field.metadata['choices'])}"
    if field.metadata["high"]:
        return f"{text} ({field.metadata['low']:g} to {field.metadata['high']:g})"
    return text


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
