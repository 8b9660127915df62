"""What of the call log somebody may see. PostgreSQL enforces the same once roles are granted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, literal_column, select, union

from softphone.model.profile import Role, Team
from softphone.storage.schema import calls

_NEWEST_FIRST = (calls.c.arrived.desc(), calls.c.id.desc())
_NOBODY: Any = literal_column("''")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: everything, or one's own calls, those held for anyone, and those one has continued."""

    login: str = ""
    everything: bool = True


def viewer_of(login: str, team: Team, *, shared: bool) -> Viewer:
    """Admins see everything; so does everybody before there is a team, and who uses a file of their own unnamed."""
    user = team.user(login)
    nobody_yet = not team.users or (not login and not shared)
    return Viewer(login, nobody_yet or (user is not None and user.role is Role.ADMIN))


def newest_calls(viewer: Viewer, limit: int) -> Select[Any]:
    """The newest rows *viewer* may see. Each part of it is a short walk along an index, however long the log is."""
    if viewer.everything:
        return select(calls).order_by(*_NEWEST_FIRST).limit(limit)
    mine = _newest(calls.c.agent, viewer.login)
    continued = _newest(calls.c.continued_by, viewer.login).where(
        calls.c.continued_by != _NOBODY
    )  # as its index has it
    held = select(calls.c.id).where(calls.c.held_for_anyone).order_by(*_NEWEST_FIRST)
    parts = [part.limit(limit).subquery() for part in (mine, held, continued)]
    seen = union(*(select(part.c.id) for part in parts)).subquery()
    return select(calls).where(calls.c.id.in_(select(seen.c.id))).order_by(*_NEWEST_FIRST).limit(limit)


def _newest(column: Any, login: str) -> Select[Any]:
    """Newest first, by the index that begins with *column*.

    A range of one login, and sorted by it: if it were an equation, PostgreSQL would at times walk along all times of
    arrival instead, which passes everything newer than the last call of somebody who was away for long.
    """
    return select(calls.c.id).where(column >= login, column <= login).order_by(column.desc(), *_NEWEST_FIRST)
