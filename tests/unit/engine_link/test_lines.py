from hypothesis import given
from hypothesis import strategies as st

from softphone.engine_link.lines import LineSplitter


def fed(chunks: list[bytes], limit: int) -> list[bytes | None]:
    splitter = LineSplitter(limit)
    return [line for chunk in chunks for line in splitter.feed(chunk)]


@given(st.lists(st.binary(max_size=12).map(lambda data: data.replace(b"\n", b".")), max_size=8), st.data())
def test_lines_come_out_as_they_went_in_however_torn(lines: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(line + b"\n" for line in lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    chunks = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert fed(chunks, 8) == [line if len(line) <= 8 else None for line in lines]


def test_the_last_line_waits_for_its_end() -> None:
    assert fed([b"whole\nhal"], 10) == [b"whole"]


def test_a_line_too_long_is_dropped_while_it_comes() -> None:
    splitter = LineSplitter(4)
    assert [*splitter.feed(b"x" * 1000)] == []
    assert len(splitter._pending) == 0
    assert [*splitter.feed(b"yy\nok\n")] == [None, b"ok"]
