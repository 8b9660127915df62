"""The door for ``softphone ctl``: real sockets, the real client in a thread."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

from softphone.errors import NotRunningError, RefusedError, UserFacingError
from tests.ui.conftest import until
from ui.app.control_client import ControlClient, ControlError, hand_over
from ui.app.control_socket import BACKLOG_LIMIT, CONNECTIONS, LINE_LIMIT, AlreadyRunningError, ControlServer


class WrongUsageError(UserFacingError):
    status = 2


async def handler(verb: str, request: Mapping[str, object]) -> object:
    if verb == "refuse":
        raise RefusedError("There is no call to hold.")
    if verb == "wrong":
        raise WrongUsageError("dial wants an address.")
    if verb == "bug":
        raise ZeroDivisionError
    if verb == "slow":
        await asyncio.sleep(0.1)
    return {"verb": verb, "arg": request.get("arg")}


@pytest.fixture
def name(tmp_path: Path) -> str:
    return str(tmp_path / "control")


def with_server(run, name: str, client):
    """What *client* returns, run in a thread beside a server on the loop."""

    async def serve():
        server = ControlServer(name, handler)
        server.listen()
        try:
            return await (client(server) if asyncio.iscoroutinefunction(client) else asyncio.to_thread(client))
        finally:
            server.close()
            server.deleteLater()

    return run(serve())


def exchange(name: str, *chunks: bytes, answers: int = 1) -> list[dict[str, object]]:
    """Raw bytes in, this many answers out."""
    with socket.socket(socket.AF_UNIX) as raw:
        raw.settimeout(10)
        raw.connect(name)
        for chunk in chunks:
            raw.sendall(chunk)
        stream = raw.makefile("rb")
        return [json.loads(stream.readline()) for _ in range(answers)]


def test_requests_and_answers(run, name):
    def client() -> list[object]:
        with ControlClient(name) as control:
            return [control.request("status"), control.request("dial", "sip:a@b"), control.request("slow")]

    assert with_server(run, name, client) == [
        {"verb": "status", "arg": ""},
        {"verb": "dial", "arg": "sip:a@b"},
        {"verb": "slow", "arg": ""},
    ]


@pytest.mark.parametrize(
    ("verb", "words", "status"),
    [("refuse", "There is no call to hold.", 1), ("wrong", "dial wants an address.", 2), ("bug", "failed at this", 1)],
)
def test_a_refusal_comes_with_its_words_and_exit_status(run, name, verb, words, status):
    def client() -> ControlError:
        with ControlClient(name) as control, pytest.raises(ControlError) as caught:
            control.request(verb)
        return caught.value

    error = with_server(run, name, client)
    assert words in str(error)
    assert error.status == status


@pytest.mark.parametrize(
    "line", [b"nonsense\n", b"[1]\n", b"{}\n", b'{"verb": 5}\n', b"\xff\xfe\n", b"[" * 5000 + b"\n", b"\n"]
)
def test_a_malformed_line_is_answered_and_the_next_one_served(run, name, line):
    def client() -> list[dict[str, object]]:
        return exchange(name, line, b'{"verb": "status"}\n', answers=2)

    first, second = with_server(run, name, client)
    assert (first["ok"], first["status"], second["ok"]) == (False, 2, True)


def test_an_endless_line_ends_the_connection_after_an_answer(run, name):
    def client() -> tuple[dict[str, object], bytes]:
        with socket.socket(socket.AF_UNIX) as raw:
            raw.settimeout(10)
            raw.connect(name)
            raw.sendall(b"x" * (LINE_LIMIT + 1))
            stream = raw.makefile("rb")
            return json.loads(stream.readline()), stream.read()

    answer, rest = with_server(run, name, client)
    assert (answer["ok"], rest) == (False, b"")


def test_requests_sent_at_once_and_in_pieces_are_answered_in_order(run, name):
    def client() -> list[dict[str, object]]:
        return exchange(name, b'{"verb": "slow"}\n{"verb"', b': "b"}\n{"verb": "c"}\n', answers=3)

    answers = with_server(run, name, client)
    assert [answer["result"]["verb"] for answer in answers] == ["slow", "b", "c"]


def test_events_are_streamed_until_the_server_closes(run, name):
    async def client(server: ControlServer) -> list[dict[str, object]]:
        def listen() -> list[dict[str, object]]:
            with ControlClient(name) as control:
                return list(control.events())

        listening = asyncio.create_task(asyncio.to_thread(listen))
        await until(lambda: any(connection.streaming for connection in server._connections))
        for number in range(3):
            server.publish({"event": "ring", "number": number})
        server.close()
        return await listening

    events = with_server(run, name, client)
    assert [event["number"] for event in events] == [0, 1, 2]


def test_who_does_not_read_events_is_dropped_and_nobody_waits(run, name):
    async def client(server: ControlServer) -> bool:
        with socket.socket(socket.AF_UNIX) as raw:
            raw.connect(name)
            raw.sendall(b'{"verb": "events"}\n')
            await until(lambda: any(connection.streaming for connection in server._connections))
            padding = "x" * 60_000
            for _ in range(5 + 2 * BACKLOG_LIMIT // len(padding)):
                server.publish({"event": "much", "padding": padding})
            await until(lambda: not server._connections)
        return await asyncio.to_thread(lambda: bool(exchange(name, b'{"verb": "status"}\n')[0]["ok"]))

    assert with_server(run, name, client)


def test_more_connections_than_anybody_needs_are_turned_away(run, name):
    async def client(server: ControlServer) -> int:
        crowd = [socket.socket(socket.AF_UNIX) for _ in range(CONNECTIONS + 5)]
        try:
            for one in crowd:
                one.connect(name)
                await asyncio.sleep(0)
            await until(lambda: len(server._connections) == CONNECTIONS)
            crowd[-1].settimeout(5)
            assert await asyncio.to_thread(crowd[-1].recv, 1) == b""
            return len(server._connections)
        finally:
            for one in crowd:
                one.close()
            await until(lambda: not server._connections)

    assert with_server(run, name, client) == CONNECTIONS


def test_only_its_user_can_connect(run, name):
    def mode() -> int:
        return stat.S_IMODE(Path(name).stat().st_mode)

    assert with_server(run, name, mode) & 0o077 == 0


def test_a_socket_another_user_has_put_there_gets_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name, me = str(tmp_path / "control"), os.getuid()
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.bind(name)
        stranger.listen()
        monkeypatch.setattr(os, "getuid", lambda: me + 1)
        with pytest.raises(UserFacingError, match="belongs to another user"):
            hand_over(name, "tel:5")
        connection, _ = stranger.accept()
        with connection:
            assert connection.recv(100) == b""


def test_there_is_only_one(run, name):
    async def client(server: ControlServer) -> object:
        second = ControlServer(name, handler)
        with pytest.raises(AlreadyRunningError):
            second.listen()
        second.close()
        second.deleteLater()
        return (await asyncio.to_thread(exchange, name, b'{"verb": "still there"}\n'))[0]["result"]

    assert with_server(run, name, client) == {"verb": "still there", "arg": None}


def test_what_a_crash_left_behind_is_no_obstacle(run, name):
    left = socket.socket(socket.AF_UNIX)
    left.bind(name)
    left.close()
    with pytest.raises(NotRunningError):
        ControlClient(name)
    Path(f"{name}.lock").write_text(f"{2**22 + 1}\nsoftphone\n{socket.gethostname()}\n")

    def client() -> object:
        with ControlClient(name) as control:
            return control.request("status")

    assert with_server(run, name, client) == {"verb": "status", "arg": ""}


def test_nothing_is_left_of_it(run, name, tmp_path):
    with_server(run, name, lambda: None)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(NotRunningError):
        ControlClient(name)


def test_a_place_that_cannot_be_written_is_named(run, tmp_path):
    async def listen() -> None:
        server = ControlServer(str(tmp_path / "missing" / "control"), handler)
        try:
            server.listen()
        finally:
            server.close()
            server.deleteLater()

    with pytest.raises(UserFacingError, match="missing"):
        run(listen())
    assert list(tmp_path.iterdir()) == []
