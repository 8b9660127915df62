"""``softphone``: the app itself, started so that a person waits for it as little as possible."""

from __future__ import annotations

import gc
from pathlib import Path

from softphone.config.paths import DataDirectory
from softphone.engine_link.launch import EarlyEngine, engine_argv
from softphone.errors import UserFacingError
from ui.app.control_client import hand_over


def start_app(data_dir: Path | None, address: str, *, verbose: bool) -> int:
    """Run the app until it ends, or let the one that runs show itself, with *address*, a link, in its field."""
    data = DataDirectory(data_dir)
    try:
        if hand_over(data.control_socket, address):
            return 0
    except UserFacingError as error:
        from ui.app.start_problem import tell

        return tell(error, data.path)
    gc.disable()  # what is made while it starts is there to stay; the app turns it on once it is up
    engine = EarlyEngine(engine_argv())
    try:
        return _run(data, address, engine, verbose=verbose)
    finally:
        engine.discard()
        gc.enable()


def _run(data: DataDirectory, address: str, engine: EarlyEngine, *, verbose: bool) -> int:
    """What takes long to load is loaded here, beside the engine."""
    from softphone.bootstrap import Core, open_core
    from softphone.diagnostics.logs import start_logging
    from ui.app.application import run

    async def opened() -> Core:
        """Only the one app of this directory logs there, and it gets here once it is the one."""
        start_logging(data.log_directory, verbose=verbose, mask=_masks_numbers(data))
        return await open_core(data.path, early=engine)

    return run(opened, data_dir=data.path, link=address)


def _masks_numbers(data: DataDirectory) -> bool:
    """Settings that cannot be read are told of by whoever needs them; until then too little is shown, not too much."""
    from softphone.config.settings_store import TomlSettingsStore

    try:
        return TomlSettingsStore(data.settings_file).load().diagnostics.mask_numbers
    except UserFacingError:
        return True
