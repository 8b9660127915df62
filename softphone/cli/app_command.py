"""``softphone``: the app itself."""

from __future__ import annotations

from pathlib import Path

from softphone.bootstrap import Core, open_core
from softphone.config.paths import DataDirectory
from softphone.diagnostics.logs import start_logging
from softphone.errors import UserFacingError
from ui.app.application import run
from ui.app.control_client import hand_over
from ui.app.start_problem import tell


def start_app(data_dir: Path | None, address: str, *, verbose: bool) -> int:
    """Run the app until it ends, or let the one that runs show itself and dial *address*."""
    data = DataDirectory(data_dir)
    try:
        if hand_over(data.control_socket, address):
            return 0
    except UserFacingError as error:
        return tell(error, data.path)

    async def opened() -> Core:
        """Only the one app of this directory logs there, and it gets here once it is the one."""
        start_logging(data.log_directory, verbose=verbose)
        return await open_core(data.path)

    return run(opened, data_dir=data.path, dial=address)
