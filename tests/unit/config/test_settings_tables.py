from __future__ import annotations

from dataclasses import fields

import pytest

from softphone.config.findings import Findings
from softphone.config.settings_tables import TABLES, apply, check_meaning, problem_of, read_table
from softphone.model.settings import CallSettings, NetworkSettings, Settings, SoundSettings


def test_there_is_a_table_for_each_part_of_the_settings() -> None:
    assert {name: kind() for name, kind in TABLES.items()} == {
        field.name: getattr(Settings(), field.name) for field in fields(Settings)
    }


def test_changes_are_put_in_and_the_rest_stays() -> None:
    sound = SoundSettings(country="DE")
    before = Settings(network=NetworkSettings("127.0.0.1", 1), sound=sound)
    after = apply(before, {"network": {"port": 2}, "calls": {"queued_music": True}})
    assert after == Settings(network=NetworkSettings("127.0.0.1", 2), sound=sound, calls=CallSettings(True))


def test_right_values_are_read_though_others_are_wrong() -> None:
    findings = Findings("[network]\nbind = '127.0.0.1'\nport = 'x'\n")
    network = findings.document()["network"]
    assert isinstance(network, dict)
    assert read_table(findings, "network", network) == {"bind": "127.0.0.1"}
    assert [str(problem) for problem in findings.problems] == ["line 3: network.port: is not a whole number"]


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("account", "sip_uri", "sip:agent1@[2001:db8::1]:5061;transport=tls"),
        ("account", "registrar", ""),
        ("network", "bind", "::1"),
        ("numbers", "default_region", "de"),
        ("database", "url", "sqlite"),
        ("sound", "microphone", "any name"),
        ("database", "url", "postgresql://agent1@db.example.com/team?sslmode=verify-ca"),
    ],
)
def test_what_makes_sense_passes(table: str, key: str, value: str) -> None:
    check_meaning(table, key, value)
    assert problem_of(table, key, value) == ""


@pytest.mark.parametrize("url", ["postgresql://u:secret@h/db", "postgresql+asyncpg://u:secret@h/db"])
def test_a_password_has_no_place_in_the_address_of_a_database(url: str) -> None:
    with pytest.raises(ValueError, match="must not hold a password") as caught:
        check_meaning("database", "url", url)
    assert "secret" not in str(caught.value)


def test_a_problem_is_a_sentence() -> None:
    assert problem_of("network", "bind", "127.0.0.1") == ""
    assert problem_of("network", "bind", "here") == "“here” is not an IP address such as 127.0.0.1."
    assert problem_of("network", "port", 70000) == "70000 is more than 65535."
