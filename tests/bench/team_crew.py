"""Several simulated softphones: in this process, or in a process of their own."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from softphone.storage import DatabaseAddress
from tests.bench.problem import BenchError
from tests.bench.team_journal import Journal
from tests.bench.team_plan import Plan
from tests.bench.team_softphone import SimulatedSoftphone

ONLINE_SECONDS = 60.0
LATE_SECONDS = 80.0
_LONGEST_LINE = 1 << 30


class Job(msgspec.Struct, frozen=True):
    """Whom to play, and where their database is: *url* is a pattern with the login to fill in."""

    plan: Plan
    logins: tuple[str, ...]
    url: str
    ca_file: str
    password: str
    directory: str

    def address(self, login: str) -> DatabaseAddress:
        """Of the database, for this agent."""
        directory = Path(self.directory)
        address = DatabaseAddress.parse(self.url.format(login=login), directory / "unused", ca_file=self.ca_file)
        return address.with_password(self.password)


class Crew(Protocol):
    """Opened, they wait for the beginning."""

    async def open(self, job: Job) -> None: ...

    async def run(self, begin: float) -> None: ...

    async def finish(self) -> Journal: ...

    async def close(self) -> None: ...


class CrewHere:
    """All of them on this event loop."""

    def __init__(self) -> None:
        self._journal = Journal()
        self._phones: list[SimulatedSoftphone] = []
        self._patience = 0.0

    async def open(self, job: Job) -> None:
        """Open every store, and wait until each is at the database."""
        directory, self._patience = Path(job.directory), job.plan.seconds + LATE_SECONDS
        for login in job.logins:
            phone = SimulatedSoftphone.open(login, job.plan, job.address(login), directory, self._journal)
            self._phones.append(await phone)
        try:
            async with asyncio.timeout(ONLINE_SECONDS):
                await asyncio.gather(*(phone.online() for phone in self._phones))
        except TimeoutError as error:
            problems = {phone.health.problem for phone in self._phones}
            raise BenchError(f"not everybody reaches the database: {problems}") from error

    async def run(self, begin: float) -> None:
        """Every call of the plan."""
        before = time.process_time()
        try:
            async with asyncio.timeout(begin - time.monotonic() + self._patience):
                await asyncio.gather(*(phone.run(begin) for phone in self._phones))
        except TimeoutError as error:
            raise BenchError(f"calls do not end: {[phone.pending for phone in self._phones]}") from error
        self._journal.cpu_seconds = time.process_time() - before

    async def finish(self) -> Journal:
        """When nobody, in no crew, has calls any more: what was seen."""
        await asyncio.gather(*(phone.finish() for phone in self._phones))
        return self._journal

    async def close(self) -> None:
        """Close every store."""
        await asyncio.gather(*(phone.close() for phone in self._phones))


class CrewElsewhere:
    """The same in a process of its own, which is told what to do in lines and answers each with one."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None

    async def open(self, job: Job) -> None:
        """Start the process and have it open the stores."""
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.team_crew", stdin=pipe, stdout=pipe, limit=_LONGEST_LINE
        )
        await self._ask(msgspec.json.encode(job))

    async def run(self, begin: float) -> None:
        """Every call of the plan."""
        await self._ask(str(begin).encode())

    async def finish(self) -> Journal:
        """What was seen."""
        return msgspec.json.decode(await self._ask(b"finish"), type=Journal)

    async def close(self) -> None:
        """End the process."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            await self._process.wait()

    async def _ask(self, line: bytes) -> bytes:
        assert self._process is not None and self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(line + b"\n")
        answer = await self._process.stdout.readline()
        if not answer:
            raise BenchError("a process with simulated softphones has ended; what it said stands above")
        return answer


def shares(job: Job, crews: int) -> Sequence[Job]:
    """The same work divided among so many crews."""
    return [msgspec.structs.replace(job, logins=job.logins[number::crews]) for number in range(crews)]


async def _serve() -> None:
    """The process of CrewElsewhere."""
    crew = CrewHere()
    try:
        await crew.open(msgspec.json.decode(await _line(), type=Job))
        _say(b"open")
        await crew.run(float(await _line()))
        _say(b"done")
        if await _line():
            _say(msgspec.json.encode(await crew.finish()))
            await _line()
    finally:
        await crew.close()


async def _line() -> bytes:
    return await asyncio.to_thread(sys.stdin.buffer.readline)


def _say(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    asyncio.run(_serve())
