"""Starts a user agent for a moment and notes what it tells of itself."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from softphone.model.ua_commands import Start
from softphone.model.ua_events import EngineFailed, EngineLost, EngineReady, RegistrationChanged, SoundChanged, UaEvent
from softphone.ports import UserAgent

READY_SECONDS = 20.0
SOUND_SECONDS = 5.0
REGISTRATION_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class EngineFindings:
    """The last event of each kind, None for one that did not come."""

    ready: EngineReady | None = None
    failed: EngineFailed | None = None
    lost: EngineLost | None = None
    sound: SoundChanged | None = None
    registration: RegistrationChanged | None = None


async def probe_engine(user_agent: UserAgent, configuration: Start) -> EngineFindings:
    """Start it, wait for what is to be expected of it, and end it again."""
    listener = _Listener()
    await user_agent.start(configuration, listener.hear)
    try:
        if await listener.heard("ready", "failed", "lost", seconds=READY_SECONDS) and listener.findings.ready:
            await listener.heard("sound", seconds=SOUND_SECONDS)
            if configuration.account.registrar:
                await listener.heard("registration", seconds=REGISTRATION_SECONDS)
    finally:
        await user_agent.stop()
    return listener.findings


class _Listener:
    """Collects events and wakes whoever waits for them."""

    def __init__(self) -> None:
        self.findings = EngineFindings()
        self._changed = asyncio.Event()

    def hear(self, event: UaEvent) -> None:
        """Note *event* if it is one of those that matter."""
        match event:
            case EngineReady():
                self.findings = replace(self.findings, ready=event)
            case EngineFailed():
                self.findings = replace(self.findings, failed=event)
            case EngineLost():
                self.findings = replace(self.findings, lost=event)
            case SoundChanged():
                self.findings = replace(self.findings, sound=event)
            case RegistrationChanged():
                self.findings = replace(self.findings, registration=event)
        self._changed.set()

    async def heard(self, *kinds: str, seconds: float) -> bool:
        """Whether one of *kinds* has come, waiting for it if need be."""
        try:
            async with asyncio.timeout(seconds):
                while not any(getattr(self.findings, kind) for kind in kinds):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True
