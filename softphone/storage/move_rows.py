"""What moving a row takes, whatever table it is of and whatever databases it goes between."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

Values = dict[str, Any]


def values_of(row: Row[Any], columns: Iterable[str]) -> Values:
    """These columns of a row."""
    return {name: row._mapping[name] for name in columns}


def respelled(values: Values, dialect: str) -> Values:
    """The same as the destination can keep it: PostgreSQL has no character 0, SQLite does."""
    if dialect != "postgresql":
        return values
    return {
        name: value.replace("\0", "?") if isinstance(value, str) and "\0" in value else value
        for name, value in values.items()
    }
