"""The few words SQLite and PostgreSQL spell alike but SQLAlchemy keeps apart."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert(connection: AsyncConnection, table: Table) -> Any:
    """An INSERT that can say what to do about a conflict, in the words of the connection's engine."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
