"""A child process: baresip 4.10 from its Python package, told what to do on stdin, telling what happens on stdout.

    python -m tests.integration.lab.modern_peer USER PORT TONE.wav HEARD.wav

Words: ``dial URI``, ``answer``, ``hold``, ``resume``, ``hangup``; the end of stdin ends it. Lines: ``ready``, then
the stack's own names of what happens. A process of its own, because its C library knows only one instance.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from baresip import Account, BaresipError, Config, Runtime, UserAgent


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


class Peer:
    """One user agent with one call at a time."""

    def __init__(self, agent: Any) -> None:
        self._agent, self._call = agent, None
        agent.on_incoming(self._follow)

    async def obey(self, line: str) -> None:
        word, _, argument = line.partition(" ")
        try:
            if word == "dial":
                self._follow(await self._agent.dial(argument))
            else:
                await getattr(self._call, word)()
        except BaresipError as error:
            say(f"failed {error}")

    def _follow(self, call: Any) -> None:
        self._call = call


async def main(user: str, port: str, tone: str, heard: str) -> None:
    configuration = Config(
        net_interface="127.0.0.1",
        audio_source=f"aufile,{tone}",
        audio_player=f"aufile,{heard}",
        extra_config_text=f"sip_listen 127.0.0.1:{port}\n",
    )
    runtime = Runtime()
    await runtime.start(configuration)
    try:
        runtime.subscribe(lambda event: say(event.event.name))
        peer = Peer(await UserAgent.create(runtime, Account(user, "127.0.0.1", "", registrar=None, reg_interval=0)))
        say("ready")
        while line := await asyncio.to_thread(sys.stdin.readline):
            await peer.obey(line.strip())
    finally:
        await runtime.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
