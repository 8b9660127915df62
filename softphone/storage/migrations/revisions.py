"""Every step of the schema, oldest first, and how they are taken. Loaded only when there are steps to take.

The steps are ordinary modules, imported by name: so they are found in a wheel and in a frozen
application alike, where a directory of scripts may not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, MigrationStep, RevisionStep
from alembic.script import Script
from alembic.script.revision import RevisionMap
from sqlalchemy import Connection

from softphone.storage.migrations import (
    r0001_users_numbers_calls,
    r0002_who_changed_what,
    r0003_the_team,
    r0004_held_calls_presence,
    r0005_rules_by_id,
    r0006_hostile_logins,
)

REVISIONS: Sequence[ModuleType] = (
    r0001_users_numbers_calls,
    r0002_who_changed_what,
    r0003_the_team,
    r0004_held_calls_presence,
    r0005_rules_by_id,
    r0006_hostile_logins,
)


def take_steps(connection: Connection, steps: Sequence[ModuleType]) -> None:
    """Take those of *steps* the database has not taken yet, within the transaction of *connection*."""
    known = RevisionMap(lambda: [Script(step, step.revision, step.__name__) for step in steps])

    def missing(current: tuple[str, ...], _context: MigrationContext) -> list[RevisionStep]:
        newest_first = list(known.iterate_revisions("heads", current, implicit_base=True))
        return [
            MigrationStep.upgrade_from_script(known, script)
            for script in reversed(newest_first)
            if isinstance(script, Script)
        ]

    options = {"fn": missing, "transactional_ddl": True, "transaction_per_migration": False}
    context = MigrationContext.configure(connection, opts=options)
    with Operations.context(context):
        context.run_migrations()
