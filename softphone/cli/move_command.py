"""``softphone db move``: the team's data into another database, and this softphone after it."""

from __future__ import annotations

import asyncio
import getpass
import sys
from dataclasses import replace
from pathlib import Path

from softphone.cli.terminal import say
from softphone.config.paths import DataDirectory
from softphone.config.secrets import open_secret_store
from softphone.config.settings_store import TomlSettingsStore
from softphone.errors import NotRunningError, UserFacingError
from softphone.model.database_move import Conflict, MovePlan, MoveProgress, MoveReport, Tally
from softphone.model.settings import DatabaseSettings
from softphone.ports import SecretStore
from softphone.storage.connection.address import DatabaseAddress
from softphone.storage.moving.move import DatabaseSwitch
from ui.app.control_client import ControlClient

KEEP, TAKE = "keep", "take"


def move_database(data_dir: Path | None, url: str, conflicts: str, ca_file: str | None, owner: str) -> int:
    """Move everything to *url* and use that database from now on. *conflicts*: KEEP theirs, TAKE mine, or empty.

    *owner*, if any, logs in for the move where *url* names nobody; the softphone does not use that login.
    """
    data = DataDirectory(data_dir)
    _refuse_while_running(data)
    data.ensure()
    store, passwords = TomlSettingsStore(data.settings_file), _Passwords(open_secret_store())
    before = store.load()
    wanted = replace(before.database, url=url, ca_file=before.database.ca_file if ca_file is None else ca_file)
    login = owner or before.agent.login
    outbox = data.outbox_of(DatabaseAddress.of(before, data.database_file, lambda _account: "").user)
    switch = DatabaseSwitch(before.database, data.database_file, outbox, lambda: login, passwords.password)
    report = asyncio.run(_move(switch, wanted, conflicts))
    _print_report(report)
    if not report.complete:
        raise UserFacingError("Not everything has arrived, so this softphone stays with the old database.")
    if not owner:
        passwords.keep(switch.account(wanted))
    store.save(replace(store.load(), database=wanted))
    say("From now on this softphone works with that database.")
    return 0


def _refuse_while_running(data: DataDirectory) -> None:
    """Its next call would be written to the old database."""
    try:
        with ControlClient(data.control_socket):
            raise UserFacingError("The softphone is running. Quit it first, or move the data in Settings → General.")
    except NotRunningError:
        return


class _Passwords:
    """From the keyring, else from the terminal, never from the command line."""

    def __init__(self, secrets: SecretStore) -> None:
        self._secrets = secrets
        self._typed: dict[str, str] = {}

    def password(self, account: str) -> str:
        """Empty when there is none and nobody to ask: some databases want none."""
        known = self._secrets.password(account) or self._typed.get(account, "")
        if not known and sys.stdin.isatty():
            known = self._typed[account] = getpass.getpass(f"Password for {account}: ")
        return known

    def keep(self, account: str) -> None:
        """What was typed and has worked goes to the keyring."""
        if typed := self._typed.get(account):
            self._secrets.set_password(account, typed)


async def _move(switch: DatabaseSwitch, wanted: DatabaseSettings, conflicts: str) -> MoveReport:
    async with switch.move_to(wanted) as move:
        plan = await move.plan()
        say(_plan_words(plan))
        return await move.run(_chosen(plan, conflicts), _tell)


def _chosen(plan: MovePlan, conflicts: str) -> tuple[Conflict, ...]:
    for conflict in plan.conflicts:
        say(_conflict_words(conflict))
    if plan.conflicts and not conflicts:
        raise UserFacingError(
            "Nothing was moved: these records exist in both databases and differ. "
            f"Say --conflicts {KEEP} to keep what is there, or --conflicts {TAKE} to overwrite it with what is here."
        )
    return plan.conflicts if conflicts == TAKE else ()


def _tell(progress: MoveProgress) -> None:
    """One line for each step, rewritten as it goes on where somebody looks on."""
    over, watched = progress.done >= progress.total, sys.stderr.isatty()
    if over or watched:
        line = f"{progress.what}: {progress.done} of {progress.total}"
        print(line, end="\n" if over else "\r", file=sys.stderr, flush=True)  # noqa: T201


def _plan_words(plan: MovePlan) -> str:
    waiting = f" {plan.waiting} more entries wait in the outbox and follow at the next start." if plan.waiting else ""
    return f"To move: users {plan.users}, tracking numbers {plan.numbers}, calls {plan.calls}.{waiting}"


def _conflict_words(conflict: Conflict) -> str:
    fields = "; ".join(f"{name}: “{mine}” here, “{theirs}” there" for name, mine, theirs in conflict.differs)
    return f"{conflict.key}: {fields}"


def _print_report(report: MoveReport) -> None:
    for what, tally in (("users", report.users), ("tracking numbers", report.numbers), ("calls", report.calls)):
        say(f"{what}: {_tally_words(tally)}")
    if report.respelled:
        say(f"In {report.respelled} records, a character that PostgreSQL cannot keep became a question mark.")


def _tally_words(tally: Tally) -> str:
    words = f"{tally.copied} copied, {tally.already_there} there already, {tally.compared} compared"
    if tally.differing or tally.missing:
        words += f", {tally.differing} different there, {tally.missing} missing: {', '.join(tally.named)}"
    return words
