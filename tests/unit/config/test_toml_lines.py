from __future__ import annotations

import tomllib
from collections.abc import Iterator

import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from softphone.config.toml_lines import KeyPath, key_lines

EVERY_FORM = '''\
# a comment with = and [brackets]
title = "a \\" quote # no comment" # a comment
dotted.key . "with \\u0041 part" = 1
text = """
fake = 1
[fake]
"" and \\""" and "quotes" at the end"""""
raw = \'\'\'
fake = 'x'
''\'\'\'
list = [
  1, # one ]
  { inner = "}" , deep.er = 2 },
  [ "]", [] ],
]
inline = { first = 1, second = { third = 'x' }, }
when = 1979-05-27 07:32:00

[table."quoted.name"]
key = 'x'   # end
[[users]]
login = "a"
[users.queue]
ring = 1
[[users.phones]]
mac = 1
[[users]]
queue.ring = 2
[[users.phones]]
mac = 2
[[users.phones]]
mac = 3
'''


def paths(value: object, at: KeyPath = ()) -> Iterator[KeyPath]:
    """Every path in a parsed document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*at, key)
        yield from paths(item, (*at, key))


def test_every_form_of_key_is_found_on_its_line() -> None:
    source = EVERY_FORM.replace("'x' }, }", "'x' } }")
    lines = key_lines(source)
    assert set(lines) == set(paths(tomllib.loads(source)))
    written = source.split("\n")
    for path, line in lines.items():
        last = path[-1]
        if isinstance(last, str) and last not in ("with A part", "quoted.name"):
            assert last in written[line - 1], path
    assert lines["list", 1, "deep", "er"] == 13
    assert lines["dotted", "key", "with A part"] == 3
    assert lines["table", "quoted.name"] == 19
    assert lines["users", 0] == 21
    assert lines["users", 0, "queue", "ring"] == 24
    assert lines["users", 1, "queue", "ring"] == 28
    assert [lines["users", 1, "phones", index, "mac"] for index in (0, 1)] == [30, 32]


KEYS = st.text(max_size=6)
VALUES = st.recursive(
    st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=8) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
@settings(deadline=None)
def test_whatever_is_written_the_same_keys_are_found_as_by_the_parser(document: dict[str, object]) -> None:
    source = tomlkit.dumps(document)
    assert set(key_lines(source)) == set(paths(tomllib.loads(source)))


@given(st.lists(st.text(alphabet="\"\\'#=[]\n ab", max_size=10), min_size=1, max_size=3))
@settings(deadline=None)
def test_no_text_leads_the_scanner_astray(texts: list[str]) -> None:
    source = "".join(
        f"k{index} = {form}\nnext{index} = 1\n"
        for index, text in enumerate(texts)
        for form in [tomlkit.string(text, multiline=index % 2 == 0).as_string()]
    )
    lines = key_lines(source)
    assert set(lines) == set(paths(tomllib.loads(source)))
    for (key,), line in lines.items():
        assert source.split("\n")[line - 1].startswith(f"{key} = ")
