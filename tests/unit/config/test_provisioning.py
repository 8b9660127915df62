from __future__ import annotations

from pathlib import Path

import pytest

from softphone.config.provisioning import read_provisioning
from softphone.errors import UserFacingError
from softphone.model.profile import NoAnswer, Role, Route, TrackingNumber, UserProfile, UserQueue
from softphone.model.settings import (
    AccountSettings,
    AgentSettings,
    NetworkSettings,
    Settings,
    SoundSettings,
)
from tests.unit.config.provisioning_files import COMPLETE, mistakes


def test_a_complete_file(tmp_path: Path) -> None:
    file = tmp_path / "provisioning.toml"
    file.write_text(COMPLETE, encoding="utf-8")
    asked = read_provisioning(file)
    before = Settings(sound=SoundSettings(country="DE"), network=NetworkSettings(port=1))
    account = AccountSettings("sip:agent1@example.com", "sip:example.com", "udp", "agent1", "optional")
    assert asked.apply_to(before) == Settings(
        account=account,
        network=NetworkSettings("127.0.0.1", 5080),
        agent=AgentSettings("agent1"),
        sound=SoundSettings(country="DE"),
    )
    voicemail = UserQueue(False, 30, NoAnswer.VOICEMAIL, "sip:vm-agent1@example.com")
    to_one = UserQueue(no_answer=NoAnswer.AGENT, no_answer_target="agent1")
    assert asked.team.users == (
        UserProfile("agent1", "Agent One", "sip:agent1@example.com", Role.AGENT, True, voicemail),
        UserProfile("agent2", role=Role.ADMIN, queue=to_one),
    )
    assert asked.team.tracking_numbers == (
        TrackingNumber("+15551230001", "Spring campaign", Route.parse("agent:agent1")),
        TrackingNumber("+15551230002", "", Route.parse("queue:sales")),
    )
    assert asked.password == "pass wörd"
    assert "pass wörd" not in repr(asked)


def test_an_empty_file_changes_nothing() -> None:
    asked = read_provisioning("")
    before = Settings(sound=SoundSettings(country="DE"))
    assert asked.apply_to(before) == before
    assert (asked.password, asked.users, asked.tracking_numbers) == (None, (), ())


def test_five_different_mistakes_are_five_lines() -> None:
    wrong = (
        COMPLETE.replace('transport = "udp" ', 'transport = "upd" ')
        .replace("port = 5080", "prot = 5080")
        .replace("ring_seconds = 30", "ring_seconds = 4")
        .replace('"+15551230002"', '"+15551230001"')
        .replace('"agent:agent1"', '"agent:agent11"')
    )
    assert mistakes(wrong) == [
        "line 4: account.transport: “upd” is not one of udp, tcp, tls; did you mean “udp”?",
        "line 10: network.prot: is unknown; did you mean “port”?",
        "line 23: users[0].queue.ring_seconds: 4 is less than 5",
        "line 34: tracking_numbers[0].route: there is no user “agent11”; did you mean “agent1”?",
        "line 36: tracking_numbers[1].number: “+15551230001” is already on line 32",
    ]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("[netwerk]", "line 1: netwerk: is unknown; did you mean “network”?"),
        ("\nsound = 1", "line 2: sound: is not a table"),
        ("[users]\nlogin = 'a'", "line 1: users: is not a list of tables; write [[users]], with two brackets"),
        ("users = ['a']", "line 1: users[0]: is not a table"),
        ("a = ", "line 1: this is no TOML: Invalid value"),
        ("[account]\nsip_uri = 'agent1@example.com'", "line 2: account.sip_uri: “agent1@example.com” is not a SIP"),
        ("[account]\nregistrar = 'tel:+15551230001'", "line 2: account.registrar: “tel:+15551230001” is not a SIP"),
        ("[account]\npassword = 12345", "line 2: account.password: is not text"),
        ('[account]\npassword = "a\\nb"', "line 2: account.password: contains a line break"),
        ('[account]\nusername = "a\\r\\nb"', "line 2: account.username: contains a line break"),
        ("[network]\nbind = 'localhost'", "line 2: network.bind: “localhost” is not an IP address"),
        ("[numbers]\ndefault_region = 'XX'", "line 2: numbers.default_region: “XX” is not a region"),
        ("[database]\nurl = 'postgresql://u:secret@h/db'", "line 2: database.url: must not hold a password"),
        ("[database]\nurl = 'mysql://u:secret@h/db'", "line 2: database.url: is not a database this softphone knows"),
        ("[[users]]\nname = 'x'", "line 1: users[0].login: a login is missing"),
        ("[[users]]\nlogin = 'a b'", "line 2: users[0].login: “a b” contains a blank or a colon"),
        ("[[users]]\nlogin = 1", "line 2: users[0].login: is not text"),
        ("[[users]]\nlogin = 'a'\nsip_uri = 'a@b'", "line 3: users[0].sip_uri: “a@b” is not a SIP address"),
        ("[[users]]\nlogin = 'a'\nqueue = 1", "line 3: users[0].queue: is not a table"),
        ("[[users]]\nlogin = 'a'\n[[users]]\nlogin = 'a'", "line 4: users[1].login: “a” is already on line 2"),
        ("[[tracking_numbers]]\nroute = 'queue:q'", "line 1: tracking_numbers[0].number: a number is missing"),
        ("[agent]\nlogin = 'b'\n[[users]]\nlogin = 'agent'", "line 2: agent.login: there is no user “b”"),
    ],
)
def test_each_mistake_is_one_line(text: str, mistake: str) -> None:
    (line,) = mistakes(text)
    assert line.startswith(mistake)
    assert "secret" not in line


def test_an_agent_login_is_no_mistake_while_there_is_no_team_at_all() -> None:
    assert read_provisioning("[agent]\nlogin = 'agent1'").apply_to(Settings()).agent.login == "agent1"


def test_a_file_that_is_not_there_or_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="cannot be read: No such file"):
        read_provisioning(tmp_path / "nowhere.toml")
    (tmp_path / "latin.toml").write_bytes("name = 'Zoë'".encode("latin-1"))
    with pytest.raises(UserFacingError, match="it is not UTF-8 text"):
        read_provisioning(tmp_path / "latin.toml")
