"""Where the log goes: everything to a rotating file, warnings to the terminal, secrets to neither."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path

from softphone.diagnostics.number_mask import mask_numbers
from softphone.diagnostics.redaction import redact
from softphone.errors import UserFacingError, file_problem
from softphone.model.printable import printable

FILE_NAME = "softphone.log"
FILE_BYTES = 2_000_000
OLD_FILES = 5
_CHATTY = ("qasync", "asyncio", "aiosqlite", "asyncpg", "sqlalchemy", "alembic", "keyring")


class RedactingFormatter(logging.Formatter):
    """Redacts the finished record, its traceback included, and writes its message on one line.

    Whatever the network has put into it neither looks like a line of our own nor steers the terminal of a reader.
    """

    converter = staticmethod(time.gmtime)

    def __init__(self, line: str, datefmt: str | None = None, *, mask: bool = False) -> None:
        """*mask* makes telephone numbers unreadable, too."""
        super().__init__(line, datefmt)
        self._mask = mask

    def format(self, record: logging.LogRecord) -> str:
        """The record's text without secrets."""
        text = printable(redact(super().format(record)), keep="\n\t")
        return mask_numbers(text) if self._mask else text

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """The first line; secrets are looked for while it still has its own line ends."""
        return printable(redact(super().formatMessage(record)))


def start_logging(directory: Path, *, verbose: bool = False, mask: bool = False) -> Callable[[], None]:
    """Log into *directory* from now on, with *mask* without telephone numbers; call what is returned to end it.

    Raises UserFacingError when nothing can be written there.
    """
    handlers = (_file_handler(directory, mask), _terminal_handler(mask))
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for handler in handlers:
        root.addHandler(handler)

    def stop() -> None:
        root.setLevel(before)
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()

    return stop


def _file_handler(directory: Path, mask: bool) -> logging.Handler:
    try:
        handler = RotatingFileHandler(
            directory / FILE_NAME, maxBytes=FILE_BYTES, backupCount=OLD_FILES, encoding="utf-8", errors="replace"
        )
    except OSError as error:
        raise UserFacingError(f"The log cannot be written to {directory}: {file_problem(error)}.") from error
    line = "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s"
    handler.setFormatter(RedactingFormatter(line, datefmt="%Y-%m-%dT%H:%M:%S", mask=mask))
    return handler


def _terminal_handler(mask: bool) -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(RedactingFormatter("softphone: %(message)s", mask=mask))
    return handler
