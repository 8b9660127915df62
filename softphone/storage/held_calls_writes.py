"""What this softphone says about held calls, one value each: shown at once, written when the database takes it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from softphone.model.held_call import HeldCall, HeldEnd
from softphone.storage import held_calls_rows as rows


@dataclass(frozen=True, slots=True)
class Put:
    """A caller of ours is held for anyone now."""

    held: HeldCall

    @property
    def held_call(self) -> str:
        """The row it is about."""
        return self.held.id

    async def write(self, connection: AsyncConnection) -> None:
        """Change the row."""
        await rows.put(connection, self.held)

    def show(self, held: HeldCall | None) -> HeldCall | None:
        """The row as it will be; None when there will be none."""
        return held or self.held


@dataclass(frozen=True, slots=True)
class SetNote:
    """What colleagues should know of the caller."""

    held_call: str
    note: str

    async def write(self, connection: AsyncConnection) -> None:
        """Change the row."""
        await rows.set_values(connection, self.held_call, note=self.note)

    def show(self, held: HeldCall | None) -> HeldCall | None:
        """The row as it will be; None when there will be none."""
        return held and replace(held, note=self.note)


@dataclass(frozen=True, slots=True)
class AskForBridge:
    """The claimer is to call the holder."""

    held_call: str

    async def write(self, connection: AsyncConnection) -> None:
        """Change the row."""
        await rows.set_values(connection, self.held_call, wants_bridge=True)

    def show(self, held: HeldCall | None) -> HeldCall | None:
        """The row as it will be; None when there will be none."""
        return held and replace(held, wants_bridge=True)


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The claim comes to nothing: the *claims*-th on this row, or the one with this *token*."""

    held_call: str
    why: str
    claims: int = 0
    token: str = ""

    async def write(self, connection: AsyncConnection) -> None:
        """Change the row."""
        await rows.withdraw(connection, self.held_call, self.why, claims=self.claims, token=self.token)

    def show(self, held: HeldCall | None) -> HeldCall | None:
        """The row as it will be; None when there will be none."""
        return held if self.token else held and rows.unclaimed(held)


@dataclass(frozen=True, slots=True)
class End:
    """The hold is over."""

    held_call: str
    how: HeldEnd
    by: str

    async def write(self, connection: AsyncConnection) -> None:
        """Change the row."""
        await rows.end(connection, self.held_call, self.how, self.by)

    def show(self, held: HeldCall | None) -> HeldCall | None:
        """The row as it will be; None when there will be none."""


Write = Put | SetNote | AskForBridge | Withdraw | End
