from __future__ import annotations

import asyncio

import pytest

from softphone.demo.story import AGENT, CALLER2, MissingError, Story


async def test_who_waits_goes_on_when_the_bell_rings_and_it_is_so() -> None:
    story = Story(lambda _: None)
    so: list[int] = []

    async def later() -> None:
        await story.until(lambda: len(so) == 2, "two things", 5)
        so.append(3)

    waiting = asyncio.create_task(later())
    for number in (1, 2):
        await asyncio.sleep(0)
        assert not waiting.done()
        so.append(number)
        story.ring()
    await waiting
    assert so == [1, 2, 3]


async def test_what_is_so_already_is_not_waited_for() -> None:
    looks: list[bool] = []

    def look() -> bool:
        looks.append(True)
        return True

    await Story(lambda _: None).until(look, "nothing", 0)
    assert looks == [True]


async def test_what_never_happens_is_named() -> None:
    story = Story(lambda _: None)
    with pytest.raises(MissingError, match=r"the answer did not happen within 0\.01 s"):
        await story.until(lambda: False, "the answer", 0.01)
    story.ring()


async def test_who_waits_for_a_broken_thing_is_told_at_once_and_ever_after() -> None:
    story = Story(lambda _: None)
    waiting = asyncio.create_task(story.until(lambda: False, "the answer", 5))
    await asyncio.sleep(0)
    story.give_up("the telephone of caller 1 has died")
    story.give_up("and something else")
    for wait in (waiting, story.until(lambda: True, "anything")):
        with pytest.raises(MissingError, match="the telephone of caller 1 has died"):
            await wait


def test_it_is_told_as_it_happens_and_kept() -> None:
    lines: list[str] = []
    story = Story(lines.append)
    story.tell(CALLER2, "is connected", "its telephone", story.began + 1.5)
    story.tell(AGENT, "sees", "window")
    story.say("Hello.")
    assert lines[0] == "  1.50 s  caller 2   is connected"
    assert lines[2] == "Hello."
    assert [entry.who for entry in story.entries] == [CALLER2, AGENT]


def test_the_first_moment_of_a_name_counts() -> None:
    story = Story(lambda _: None)
    story.mark("talking")
    first = story.moments["talking"]
    story.mark("talking")
    assert story.moments == {"talking": first}
