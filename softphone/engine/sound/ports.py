"""The two directions of a conference bridge port, as plain functions of samples.

pjsua2 calls these ports every 20 ms on the clock thread of its null device. A callback that raises ends the
process, so nothing gets out of here; what went wrong is logged once per port, not fifty times a second.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import get_native_id
from typing import Any

import pjsua2 as pj

from softphone.engine.sound.frames import FRAME_BYTES, SILENCE, frame_access, frame_format
from softphone.engine.sound.priority import ask_for_real_time

_log = logging.getLogger(__name__)


class ReceivingPort(pj.AudioMediaPort):  # type: ignore[misc]
    """Hands every 20 ms of what the conference bridge mixes for this port to *sink*; silence when there is nothing."""

    def __init__(self, name: str, sink: Callable[[bytes], None]) -> None:
        super().__init__()
        self._sink = sink
        self._thread = 0
        self._failed = False
        self._read, _ = frame_access()
        self.createPort(name, frame_format())

    def onFrameReceived(self, frame: Any) -> None:  # noqa: N802 - the name is pjsua2's
        """20 ms have been mixed."""
        try:
            if self._thread != get_native_id():  # a thread of its own each time the clock is started
                self._thread = get_native_id()
                ask_for_real_time()
            samples = self._read(frame)
            self._sink(samples if len(samples) == FRAME_BYTES else SILENCE)
        except BaseException:  # noqa: BLE001 - an exception here would end the process
            _report_once(self)


class GivingPort(pj.AudioMediaPort):  # type: ignore[misc]
    """Gives the conference bridge 20 ms from *source* whenever somebody listens to this port."""

    def __init__(self, name: str, source: Callable[[], bytes]) -> None:
        super().__init__()
        self._source = source
        self._failed = False
        _, self._write = frame_access()
        self.createPort(name, frame_format())

    def onFrameRequested(self, frame: Any) -> None:  # noqa: N802 - the name is pjsua2's
        """20 ms are wanted."""
        try:
            self._write(frame, self._source())
        except BaseException:  # noqa: BLE001 - an exception here would end the process
            _report_once(self)


def _report_once(port: ReceivingPort | GivingPort) -> None:
    if not port._failed:
        port._failed = True
        _log.exception("a sound port does not work")
