"""A child process: a phone of bare pjsua2, none of our engine in it, which does as REFER and Replaces ask.

    python -m tests.lab.pjsua_peer USER PORT TONE.wav HEARD.wav

Words: ``dial URI``, ``hangup``; the end of stdin ends it. Lines: ``ready``, CALL_ESTABLISHED, CALL_CLOSED.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from typing import Any

import pjsua2 as pj


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


class Line(pj.Call):  # type: ignore[misc]  # pjsua2 has no type information
    """One call; it speaks the tone and is recorded."""

    def __init__(self, phone: Phone) -> None:
        super().__init__(phone.account)
        self._phone = phone

    def onCallState(self, prm: Any) -> None:  # noqa: N802 - PJSIP's name
        info = self.getInfo()
        state = info.state
        if state == pj.PJSIP_INV_STATE_CONFIRMED:
            say("CALL_ESTABLISHED")
        elif state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self._phone.talking.remove(self)
            self._phone.over += 1

    def onCallMediaState(self, prm: Any) -> None:  # noqa: N802 - PJSIP's name
        info = self.getInfo()  # what it holds dies with it
        if info.media[0].status in (pj.PJSUA_CALL_MEDIA_ACTIVE, pj.PJSUA_CALL_MEDIA_REMOTE_HOLD):
            media = self.getAudioMedia(0)
            self._phone.tone.startTransmit(media)
            if self._phone.recorder.this is not None:
                media.startTransmit(self._phone.recorder)

    def onCallTransferRequest(self, prm: Any) -> None:  # noqa: N802 - PJSIP's name
        prm.newCall = self._phone.new_line()

    def onCallReplaceRequest(self, prm: Any) -> None:  # noqa: N802 - PJSIP's name
        prm.newCall = self._phone.new_line()


class Phone:
    """PJSIP with one account and no registrar."""

    def __init__(self, user: str, port: int, tone: str, heard: str) -> None:
        self.endpoint = pj.Endpoint()
        self.endpoint.libCreate()
        config = pj.EpConfig()
        config.uaConfig.threadCnt, config.uaConfig.mainThreadOnly = 0, True
        config.logConfig.level = config.logConfig.consoleLevel = 1
        self.endpoint.libInit(config)
        transport = pj.TransportConfig()
        transport.port, transport.boundAddress = port, "127.0.0.1"
        self.endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
        self.endpoint.libStart()
        self.endpoint.audDevManager().setNullDev()
        self.tone, self.recorder = pj.AudioMediaPlayer(), pj.AudioMediaRecorder()
        self.tone.createPlayer(tone)
        self.recorder.createRecorder(heard)
        account = pj.AccountConfig()
        account.idUri = f"sip:{user}@127.0.0.1:{port}"
        account.mediaConfig.transportConfig.boundAddress = "127.0.0.1"
        self.account = pj.Account()
        self.account.create(account)
        self.talking: list[Line] = []
        self.over = 0
        self._all: list[Line] = []  # one that is destroyed would hang up whoever has its place

    def new_line(self) -> Line:
        line = Line(self)
        self.talking.append(line)
        self._all.append(line)
        return line

    def obey(self, words: str) -> None:
        word, _, argument = words.partition(" ")
        if word == "dial":
            self.new_line().makeCall(argument, pj.CallOpParam(True))
        elif word == "hangup":
            self.talking[-1].hangup(pj.CallOpParam(True))

    def report(self) -> None:
        """Say which calls have ended, when the recording of the last one is complete."""
        if self.over and not self.talking and self.recorder.this is not None:
            type(self.recorder).__swig_destroy__(self.recorder)
            self.recorder.this = None
            self.endpoint.libHandleEvents(100)  # the bridge gives it up at its next tick, and only then closes the file
        while self.over:
            self.over -= 1
            say("CALL_CLOSED")


def pass_on(orders: queue.SimpleQueue[str]) -> None:
    """Each line of stdin, and an empty one at its end."""
    for line in sys.stdin:
        orders.put(line)
    orders.put("")


def main(user: str, port: str, tone: str, heard: str) -> None:
    phone = Phone(user, int(port), tone, heard)
    orders: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=pass_on, args=(orders,), daemon=True).start()
    say("ready")
    while True:
        phone.endpoint.libHandleEvents(10)
        phone.report()
        while not orders.empty():
            order = orders.get()
            if not order:
                phone.endpoint.hangupAllCalls()
                phone.endpoint.libHandleEvents(100)
                os._exit(0)  # C++ objects in any order would take their time, or crash
            phone.obey(order.strip())


if __name__ == "__main__":
    main(*sys.argv[1:])
