"""Which rule decided about a call, by its id: until now only its sentence was kept.

A migration is history: its literals stay as they are, whatever the schema of today says.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from softphone.storage.migrations.rule_sentences import RULE_SENTENCES

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column, and fill it in one walk through the log."""
    op.add_column("calls", sa.Column("rule", sa.Text, nullable=False, server_default=""))
    calls = sa.table("calls", sa.column("explanation", sa.Text), sa.column("rule", sa.Text))
    told = [(calls.c.explanation.like(f"{sentence}%"), rule) for sentence, rule in RULE_SENTENCES.items()]
    op.execute(calls.update().where(sa.or_(*(begins for begins, _ in told))).values(rule=sa.case(*told)))
