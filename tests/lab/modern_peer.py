"""A child process: baresip 4.10 from its Python package, told what to do on stdin, telling what happens on stdout.

    python -m tests.lab.modern_peer USER PORT TONE.wav HEARD.wav

Words: ``dial URI``, ``answer``, ``hold``, ``resume``, ``hangup``; the end of stdin ends it. Lines: ``ready``, then
the stack's own names of what happens. A REFER is followed; the words are then for the call it has led to, for as long
as that lives. A process of its own, because its C library knows only one instance.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import wave
from typing import Any

from baresip import Account, AudioNotActive, AudioRestarted, BaresipError, Config, Runtime, UserAgent

RATE = 8000  # of PCMU, the only codec it is left with
FRAME_SECONDS = 0.02


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


class Peer:
    """One user agent with one call at a time, and a second one while the first is being transferred."""

    def __init__(self, agent: Any) -> None:
        self._agent, self._calls = agent, list[Any]()
        agent.on_incoming(self._calls.append)
        agent.on_transfer_call(self._calls.append)

    async def obey(self, line: str) -> None:
        word, _, argument = line.partition(" ")
        try:
            if word == "dial":
                self._calls.append(await self._agent.dial(argument))
            elif word in ("hold", "resume"):
                await self._renegotiate(word)
            else:
                await getattr(self._call, word)()
        except BaresipError as error:
            say(f"failed {error}")

    async def _renegotiate(self, word: str) -> None:
        """The stack refuses while its last re-INVITE has no answer yet, and asks for patience."""
        tries = 40
        while True:
            try:
                await getattr(self._call, word)()
                return
            except BaresipError:
                tries -= 1
                if not tries:
                    raise
                await asyncio.sleep(FRAME_SECONDS)

    async def record(self, heard: str) -> None:
        """Write what the call of the moment brings; the file's header is right all the time."""
        with wave.open(heard, "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            while True:
                await asyncio.sleep(FRAME_SECONDS)
                with contextlib.suppress(AudioNotActive, AudioRestarted, AttributeError):
                    file.writeframes(self._call.audio.read(RATE))

    @property
    def _call(self) -> Any:
        """The latest that is not over; None when there is none."""
        return next((call for call in reversed(self._calls) if call.state.name not in ("CLOSED", "ENDED")), None)


async def main(user: str, port: str, tone: str, heard: str) -> None:
    configuration = Config(
        net_interface="127.0.0.1",
        audio_source=f"aufile,{tone}",
        extra_config_text=f"sip_listen 127.0.0.1:{port}\n",
    )
    runtime = Runtime()
    await runtime.start(configuration)
    account = Account(user, "127.0.0.1", "", registrar=None, reg_interval=0)
    try:
        runtime.subscribe(lambda event: say(event.event.name))
        peer = Peer(await UserAgent.create(runtime, account, transfer_policy="auto"))
        recording = asyncio.create_task(peer.record(heard))
        say("ready")
        while line := await asyncio.to_thread(sys.stdin.readline):
            await peer.obey(line.strip())
        recording.cancel()
    finally:
        await runtime.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
