"""``softphone settings import|export``. The database is loaded only where no running app does the work."""

from __future__ import annotations

import asyncio
from pathlib import Path

from softphone.cli.terminal import say
from softphone.config.atomic_file import replace_text
from softphone.config.paths import DataDirectory
from softphone.errors import NotRunningError, UserFacingError, file_problem
from ui.app.control_client import ControlClient

IMPORT_VERB = "settings-import"


def import_settings(data_dir: Path | None, file: Path) -> int:
    """Take *file* over, by the running app if there is one."""
    text = _read(file)
    try:
        done = _import(data_dir, text)
    except UserFacingError as error:
        raise UserFacingError(f"{file} was not imported.\n{error}") from error
    say("\n".join(done))
    return 0


def export_settings(data_dir: Path | None, file: Path) -> int:
    """Write everything but passwords to *file*."""
    text = asyncio.run(_exported(data_dir))
    try:
        replace_text(file.absolute(), text)
    except OSError as error:
        raise UserFacingError(f"{file} cannot be written: {file_problem(error)}.") from error
    say(f"Everything but passwords is in {file}.")
    return 0


def _import(data_dir: Path | None, text: str) -> list[str]:
    try:
        with ControlClient(DataDirectory(data_dir).control_socket) as client:
            answer = client.request(IMPORT_VERB, text)
    except NotRunningError:
        return asyncio.run(_import_alone(data_dir, text))
    return [str(line) for line in answer] if isinstance(answer, list) else []


async def _import_alone(data_dir: Path | None, text: str) -> list[str]:
    from softphone.cli.stores import open_stores
    from softphone.config.provisioning_import import take_over

    async with open_stores(data_dir) as stores:
        return await take_over(stores, text)


async def _exported(data_dir: Path | None) -> str:
    from softphone.cli.stores import open_stores
    from softphone.config.provisioning import write_provisioning

    async with open_stores(data_dir) as stores:
        return write_provisioning(stores.settings_store.load(), stores.team.team)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise UserFacingError(f"{file} cannot be read: {file_problem(error)}.") from error
    except UnicodeDecodeError as error:
        raise UserFacingError(f"{file} cannot be read: it is not UTF-8 text.") from error
