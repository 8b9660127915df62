"""From what was typed to the command, and from what went wrong to an exit status and words."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from softphone.cli.parser import APP, parse
from softphone.cli.terminal import complain
from softphone.errors import NotRunningError, UserFacingError

DONE, REFUSED, USAGE, NOT_RUNNING = 0, 1, 2, 3
INTERRUPTED = 130  # what shells expect of a program ended by Ctrl+C


def run(argv: Sequence[str]) -> int:
    """Parse and run; the exit status. Whatever file is made by it, or by a process it starts, is this user's alone."""
    os.umask(0o077)
    try:
        options = parse(argv)
    except SystemExit as wrong:
        return wrong.code if isinstance(wrong.code, int) else USAGE
    try:
        status = COMMANDS[options.command](options)
        print(end="", flush=True)  # noqa: T201 - a broken pipe is found out here, not at the interpreter's end
        return status
    except UserFacingError as error:
        complain(str(error))
        return exit_status(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the interpreter flushes once more at its end
        return DONE


def exit_status(error: UserFacingError) -> int:
    """The status *error* leads to; errors of wrong usage carry their own."""
    if isinstance(error, NotRunningError):
        return NOT_RUNNING
    return int(getattr(error, "status", REFUSED))


def _app(options: argparse.Namespace) -> int:
    from softphone.cli.app_command import start_app

    return start_app(options.data_dir, options.address, verbose=options.verbose)


def _engine(_: argparse.Namespace) -> int:
    from softphone.engine.process import run as run_engine
    from softphone.engine.sound.bridge import SoundBridge

    return run_engine(SoundBridge)


def _demo(options: argparse.Namespace) -> int:
    if options.team:
        return _team_demo(options.keep)
    from softphone.demo import run_demo

    return run_demo(headless=options.headless, action=options.action, keep=options.keep)


def _team_demo(keep: Path | None) -> int:
    """It goes by docs/team.md and the files beside it, so it is a part of the project's folder and not of the app."""
    try:
        from softphone.demo.team.command import run_team_demo
    except ModuleNotFoundError as missing:
        if missing.name != "softphone.demo.team":
            raise
        raise UserFacingError(
            "The team's demo runs from the project's own folder: get it, and “make team-demo” there."
        ) from None
    return run_team_demo(keep=keep)


def _settings(options: argparse.Namespace) -> int:
    from softphone.cli.settings_command import export_settings, import_settings

    command = import_settings if options.action == "import" else export_settings
    return command(options.data_dir, options.file)


def _ctl(options: argparse.Namespace) -> int:
    from softphone.cli.ctl_command import control

    given = vars(options)
    arg, call = given.get("arg") or "", given.get("call") or ""
    return control(options.data_dir, options.verb, arg, call, as_json=options.json)


def _doctor(options: argparse.Namespace) -> int:
    from softphone.cli.doctor_command import examine

    return examine(options.data_dir, as_json=options.json, bundle=options.bundle, mask=options.mask_numbers)


def _db(options: argparse.Namespace) -> int:
    if options.action == "move":
        from softphone.cli.move_command import move_database

        return move_database(options.data_dir, options.to, options.conflicts, options.ca_file, options.login)
    from softphone.cli.db_command import grant_roles, upgrade_database

    return (upgrade_database if options.action == "upgrade" else grant_roles)(options.data_dir)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    APP: _app,
    "engine": _engine,
    "demo": _demo,
    "settings": _settings,
    "ctl": _ctl,
    "doctor": _doctor,
    "db": _db,
}
