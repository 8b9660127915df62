"""Every step of the schema, oldest first.

The steps are ordinary modules, imported by name: so they are found in a wheel and in a frozen
application alike, where a directory of scripts may not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

from softphone.storage.migrations import (
    r0001_users_numbers_calls,
    r0002_who_changed_what,
    r0003_the_team,
    r0004_held_calls_presence,
    r0005_rules_by_id,
)

REVISIONS: Sequence[ModuleType] = (
    r0001_users_numbers_calls,
    r0002_who_changed_what,
    r0003_the_team,
    r0004_held_calls_presence,
    r0005_rules_by_id,
)
