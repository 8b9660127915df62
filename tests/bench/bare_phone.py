"""The floor: as little pjsua2 as can ring, answer and hold. One process, no window, no rule, no database.

Commands on stdin: ``answer``, ``hold-answer``. Lines of JSON on stdout: the port, and when a command came.
"""

from __future__ import annotations

import json
import os
import queue
import socket
import sys
import threading
import time
from typing import Any

import pjsua2 as pj

POLL_MS = 10


def say(**values: object) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


def order(status: int = 0) -> Any:
    prm = pj.CallOpParam(True)
    prm.statusCode = status
    return prm


class BareCall(pj.Call):  # type: ignore[misc]  # pjsua2 has no type information
    """Answers the newest call as soon as this one is on hold."""

    answer_next = False

    def __init__(self, phone: BarePhone, slot: int) -> None:
        super().__init__(phone, slot)
        self.phone = phone

    def onCallState(self, prm: Any) -> None:  # noqa: N802 - PJSIP's name
        if self.getInfo().state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self.phone.calls.remove(self)

    def onCallMediaState(self, prm: Any) -> None:  # noqa: N802 - PJSIP's name
        info = self.getInfo()
        if self.answer_next and info.media[0].status == pj.PJSUA_CALL_MEDIA_LOCAL_HOLD:
            self.answer_next = False
            self.phone.calls[-1].answer(order(200))


class BarePhone(pj.Account):  # type: ignore[misc]  # pjsua2 has no type information
    def __init__(self) -> None:
        super().__init__()
        self.calls: list[BareCall] = []

    def onIncomingCall(self, prm: Any) -> None:  # noqa: N802 - PJSIP's name
        self.calls.append(BareCall(self, prm.callId))
        self.calls[-1].answer(order(180))

    def obey(self, command: str) -> None:
        if command == "answer":
            self.calls[-1].answer(order(200))
        else:
            self.calls[0].answer_next = True
            self.calls[0].setHold(order())


class Orders:
    """Reads stdin in a thread and ends PJSIP's wait with a byte it drops, so that an order waits for no poll."""

    def __init__(self, port: int) -> None:
        self.queue: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.ended = False
        self._address = ("127.0.0.1", port)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as poke:
            for line in sys.stdin:
                say(acted_at=time.monotonic())
                self.queue.put(line.strip())
                poke.sendto(b"\0", self._address)
        self.ended = True


def open_endpoint() -> tuple[pj.Endpoint, int]:
    endpoint = pj.Endpoint()
    endpoint.libCreate()
    config = pj.EpConfig()
    config.logConfig.level = config.logConfig.consoleLevel = 0
    config.medConfig.sndAutoCloseTime = -1  # the clock must run, or the bridge never lets go of old ports
    config.uaConfig.threadCnt, config.uaConfig.mainThreadOnly = 0, True
    endpoint.libInit(config)
    endpoint.audDevManager().setNullDev()
    transport = pj.TransportConfig()
    transport.boundAddress = "127.0.0.1"
    number = endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
    endpoint.libStart()
    return endpoint, number


def main() -> None:
    sys.setswitchinterval(0.0005)
    endpoint, transport = open_endpoint()
    account = pj.AccountConfig()
    account.idUri = "sip:bare@127.0.0.1"
    account.mediaConfig.transportConfig.boundAddress = "127.0.0.1"
    phone = BarePhone()
    phone.create(account)
    port = int(endpoint.transportGetInfo(transport).localAddress.rpartition(":")[2])
    orders = Orders(port)
    say(port=port)
    while not orders.ended:
        endpoint.libHandleEvents(POLL_MS)
        while not orders.queue.empty():
            phone.obey(orders.queue.get())
    os._exit(0)  # nobody calls any more; a clean end of PJSIP is the engine's art, not this script's


if __name__ == "__main__":
    main()
