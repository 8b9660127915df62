"""Who hears whom in one call: agent, other party and music on hold, connected anew at every change of the media."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pjsua2 as pj

from softphone.engine.sound_port import SoundPort

MediaSource = Callable[[int], Any]


class CallSound:
    """Connections of one call in PJSIP's conference bridge.

    Connecting twice and disconnecting what is not connected do nothing there, and the ports of a call
    change with every hold, so no connection is remembered: the wanted state is set each time.
    """

    def __init__(self, sound: SoundPort, music: Any) -> None:
        self._sound = sound
        self._music = music
        self.talking = False  # answered, so the microphone may be heard
        self.queued = False  # early media with music for a caller who waits
        self.cut = False
        self.bridged = False  # heard by another call in the agent's place
        self.index = -1
        self.status = pj.PJSUA_CALL_MEDIA_NONE

    @property
    def remote_hold(self) -> bool | None:
        """Whether the other side holds us; None while our own hold hides it."""
        return {pj.PJSUA_CALL_MEDIA_REMOTE_HOLD: True, pj.PJSUA_CALL_MEDIA_ACTIVE: False}.get(self.status)

    @property
    def open(self) -> bool:
        """Whether our side lets sound through: not while we hold."""
        return self.status in (pj.PJSUA_CALL_MEDIA_ACTIVE, pj.PJSUA_CALL_MEDIA_REMOTE_HOLD)

    @property
    def held(self) -> bool:
        """Whether we hold the other side, with music."""
        return bool(self.status == pj.PJSUA_CALL_MEDIA_LOCAL_HOLD)

    def port(self, media_of: MediaSource) -> Any:
        """The call's port in the conference bridge, or None while it has none."""
        try:
            return media_of(self.index) if self.index >= 0 else None
        except pj.Error:
            return None  # an inactive stream

    def look(self, info: Any) -> None:
        """Take the first audio stream of a CallInfo that must live until this returns."""
        self.index, self.status = -1, pj.PJSUA_CALL_MEDIA_NONE
        for position, media in enumerate(info.media):
            if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status != pj.PJSUA_CALL_MEDIA_NONE:
                self.index, self.status = position, media.status
                return

    def connect(self, media_of: MediaSource) -> None:
        """Bring the connections to what flags and media state ask for."""
        media = self.port(media_of)
        if media is None:
            return
        heard = self.open and not (self.cut or self.queued or self.bridged)
        link(media, self._sound.speaker, heard)
        link(self._sound.microphone, media, heard and self.talking)
        if self._music is not None:
            link(self._music, media, self.held or (self.queued and self.open))


def link(source: Any, sink: Any, on: bool) -> None:
    """Connect *source* to *sink* in the conference bridge, or take them apart."""
    if on:
        source.startTransmit(sink)
    else:
        with suppress(pj.Error):  # it was not connected
            source.stopTransmit(sink)
