from pathlib import Path

import pytest

from softphone.cli.parser import parse
from softphone.session.control.verbs import VERBS


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", {"command": "app", "address": "", "data_dir": None, "verbose": False}),
        ("--data-dir d --verbose", {"command": "app", "data_dir": Path("d"), "verbose": True}),
        ("--data-dir=d", {"command": "app", "data_dir": Path("d")}),
        ("sip:a@example.com", {"command": "app", "address": "sip:a@example.com"}),
        ("TEL:+15550100", {"command": "app", "address": "TEL:+15550100"}),
        ("--data-dir d sips:a@example.com", {"command": "app", "data_dir": Path("d"), "address": "sips:a@example.com"}),
        ("demo", {"command": "demo", "headless": False, "action": None, "keep": None}),
        ("demo --headless --action ignore --keep k", {"headless": True, "action": "ignore", "keep": Path("k")}),
        ("settings import f.toml", {"command": "settings", "action": "import", "file": Path("f.toml")}),
        ("settings export f.toml", {"command": "settings", "action": "export", "file": Path("f.toml")}),
        ("ctl status", {"command": "ctl", "verb": "status", "json": False}),
        ("ctl status --json", {"verb": "status", "json": True}),
        ("ctl dial +15550100", {"verb": "dial", "arg": "+15550100"}),
        ("ctl dtmf *1# --call c1", {"verb": "dtmf", "arg": "*1#", "call": "c1"}),
        ("ctl hold", {"verb": "hold", "arg": None}),
        ("ctl ignore c1", {"verb": "ignore", "arg": "c1"}),
        ("ctl mute", {"verb": "mute", "arg": None}),
        ("ctl mute off", {"verb": "mute", "arg": "off"}),
        ("ctl agent-status do-not-disturb", {"verb": "agent-status", "arg": "do-not-disturb"}),
        ("--data-dir d ctl quit", {"verb": "quit", "data_dir": Path("d")}),
        ("doctor --json", {"command": "doctor", "json": True}),
        ("db upgrade", {"command": "db", "action": "upgrade"}),
        ("db grant-roles", {"command": "db", "action": "grant-roles"}),
        ("db move --to sqlite", {"action": "move", "to": "sqlite", "conflicts": "", "ca_file": None}),
        ("db move --to u --conflicts take --ca-file f", {"to": "u", "conflicts": "take", "ca_file": "f"}),
        ("engine", {"command": "engine"}),
    ],
)
def test_what_is_typed_is_understood(typed: str, expected: dict[str, object]) -> None:
    options = vars(parse(typed.split()))
    assert {name: options[name] for name in expected} == expected


@pytest.mark.parametrize(
    "typed",
    [
        "dance",
        "sip:",
        "settings",
        "settings import",
        "ctl",
        "ctl dance",
        "ctl dial",
        "ctl mute perhaps",
        "ctl status extra",
        "ctl dial 1 --call c1",
        "demo --action answer",
        "db",
        "db downgrade",
        "db move",
        "db move --to sqlite --conflicts ask",
        "db move --to sqlite --password secret",
        "doctor now",
        "--data-dir",
        "sip:a@example.com sip:b@example.com",
    ],
)
def test_what_makes_no_sense_is_wrong_usage(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(typed.split())
    assert ended.value.code == 2
    assert "usage: softphone" in capsys.readouterr().err


@pytest.mark.parametrize("typed", ["--version", "--help", "--data-dir d --version", "ctl dial --help"])
def test_questions_about_the_program_are_answered(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(typed.split())
    assert ended.value.code == 0
    assert "softphone" in capsys.readouterr().out


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_every_verb_of_the_table_can_be_typed(verb: object) -> None:
    known = VERBS[verb.name]  # type: ignore[attr-defined]
    argument = known.argument
    typed = ["ctl", known.name]
    if argument is not None:
        typed.append(argument.choices[0] if argument.choices else "x")
    assert parse(typed).verb == known.name


def test_the_engine_and_the_app_have_no_place_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--help"])
    words = capsys.readouterr().out.split()
    assert "engine" not in words
    assert "doctor" in words
