"""What was done, and what was left of the softphone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.faults.subject import Subject


@dataclass(frozen=True, slots=True)
class Fault:
    """*tried* is how often; *inflict* does it and returns in words what was lost besides, empty for nothing.

    *on_call*: it happens during a call, which has to survive it.
    """

    kind: str
    name: str
    tried: int
    inflict: Callable[[Subject], str]
    on_call: bool = True


@dataclass(slots=True)
class Verdict:
    """What was found afterwards. *call* is None where there was none; *next_call* is seconds until one was up."""

    engine: bool = True
    app: bool = True
    call: bool | None = True
    next_call: float | None = None
    lost: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    fault: Fault
    verdict: Verdict

    @property
    def survived(self) -> bool:
        """Nothing at all was lost."""
        found = self.verdict
        return found.engine and found.app and found.call is not False and not found.lost

    def __str__(self) -> str:
        found = self.verdict
        later = "never" if found.next_call is None else f"{found.next_call:.2f} s"
        return (
            f"{self.fault.kind} · {self.fault.name} · {self.fault.tried} · engine {word(found.engine)} · "
            f"app {word(found.app)} · call {word(found.call)} · lost: {'; '.join(found.lost) or 'nothing'} · "
            f"next call {later}"
        )


def word(survived: bool | None) -> str:
    """For a cell of the table."""
    return "–" if survived is None else "survived" if survived else "LOST"
