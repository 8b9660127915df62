from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from softphone.config.provisioning import ProvisioningError, read_provisioning, write_provisioning
from softphone.errors import UserFacingError
from softphone.model.profile import NoAnswer, Role, Route, Team, TrackingNumber, UserProfile, UserQueue
from softphone.model.settings import (
    AccountSettings,
    AgentSettings,
    NetworkSettings,
    Settings,
    SoundSettings,
)
from tests.unit.config.strategies import some_settings, some_teams

COMPLETE = """\
[account]
sip_uri = "sip:agent1@example.com"      # without a registrar: direct calls only
registrar = "sip:example.com"
transport = "udp"                      # udp | tcp | tls
username = "agent1"
password = "pass wörd"
srtp = "optional"                      # off | optional | mandatory
[network]
bind = "127.0.0.1"
port = 5080
[agent]
login = "agent1"
[database]
url = "sqlite"
[[users]]
login = "agent1"
name = "Agent One"
sip_uri = "sip:agent1@example.com"
role = "agent"
call_waiting = true
[users.queue]
bypass_if_no_agents = false
ring_seconds = 30
no_answer = "voicemail"
no_answer_target = "sip:vm-agent1@example.com"
[[users]]
login = "agent2"
role = "admin"
queue.no_answer = "agent"
queue.no_answer_target = "agent1"
[[tracking_numbers]]
number = "+15551230001"
label = "Spring campaign"
route = "agent:agent1"
[[tracking_numbers]]
number = "+15551230002"
route = "queue:sales"
"""


def mistakes(text: str, existing: Team | None = None) -> list[str]:
    with pytest.raises(ProvisioningError) as caught:
        read_provisioning(text, existing)
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]
    return str(caught.value).splitlines()


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
        ("[database]\nurl = 'postgresql://u:secret@h/db'", "line 2: database.url: postgresql is not supported yet by"),
        ("[database]\nurl = 'mysql://u:secret@h/db'", "line 2: database.url: is not a database this version knows"),
        ("[[users]]\nname = 'x'", "line 1: users[0].login: is missing"),
        ("[[users]]\nlogin = 'a b'", "line 2: users[0].login: “a b” contains a blank or a colon"),
        ("[[users]]\nlogin = 1", "line 2: users[0].login: is not text"),
        ("[[users]]\nlogin = 'a'\nsip_uri = 'a@b'", "line 3: users[0].sip_uri: “a@b” is not a SIP address"),
        ("[[users]]\nlogin = 'a'\nqueue = 1", "line 3: users[0].queue: is not a table"),
        ("[[users]]\nlogin = 'a'\n[[users]]\nlogin = 'a'", "line 4: users[1].login: “a” is already on line 2"),
        ("[[tracking_numbers]]\nroute = 'queue:q'", "line 1: tracking_numbers[0].number: is missing"),
        ("[agent]\nlogin = 'b'\n[[users]]\nlogin = 'agent'", "line 2: agent.login: there is no user “b”"),
    ],
)
def test_each_mistake_is_one_line(text: str, mistake: str) -> None:
    (line,) = mistakes(text)
    assert line.startswith(mistake)
    assert "secret" not in line


@pytest.mark.parametrize(
    ("queue", "mistake"),
    [
        ("no_answer = 'agent'", "line 3: users[0].queue.no_answer_target: is missing; no_answer is agent"),
        ("no_answer = 'voicemail'", "line 3: users[0].queue.no_answer_target: is missing; no_answer is voicemail"),
        (
            "no_answer_target = 'b'",
            "line 4: users[0].queue.no_answer_target: has no meaning while no_answer is hang_up",
        ),
        ("no_answer = 'agnet'\nno_answer_target = 'b'", "line 4: users[0].queue.no_answer: “agnet” is not one of"),
        ("no_answer = 'agent'\nno_answer_target = 'a'", "line 5: users[0].queue.no_answer_target: is the user's own"),
        ("no_answer = 'agent'\nno_answer_target = 'c'", "line 5: users[0].queue.no_answer_target: there is no user"),
        (
            "no_answer = 'voicemail'\nno_answer_target = 'b'",
            "line 5: users[0].queue.no_answer_target: “b” is not a SIP",
        ),
        ("ring_seconds = 30.0", "line 4: users[0].queue.ring_seconds: is not a whole number"),
    ],
)
def test_mistakes_in_a_queue(queue: str, mistake: str) -> None:
    (line,) = mistakes(f"[[users]]\nlogin = 'a'\n[users.queue]\n{queue}\n[[users]]\nlogin = 'b'")
    assert line.startswith(mistake)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("(555) 123-0001", "“(555) 123-0001” is no E.164 number; did you mean “+15551230001”?"),
        ("15551230001", "“15551230001” is no E.164 number; did you mean “+15551230001”?"),
        ("+1 555 123 0001", "“+1 555 123 0001” is no E.164 number; did you mean “+15551230001”?"),
        ("+0123456789", "“+0123456789” is no E.164 number"),
        ("+1555123000112345", "“+1555123000112345” is no E.164 number"),
        ("agent1", "“agent1” is no E.164 number"),
    ],
)
def test_a_tracking_number_is_e164(number: str, words: str) -> None:
    assert mistakes(f"[[tracking_numbers]]\nnumber = '{number}'\nroute = 'queue:q'") == [
        f"line 2: tracking_numbers[0].number: {words}"
    ]


def test_the_number_meant_is_guessed_by_the_region_of_the_file() -> None:
    text = "[numbers]\ndefault_region = 'DE'\n[[tracking_numbers]]\nnumber = '030 123456'\nroute = 'queue:q'"
    assert mistakes(text) == [
        "line 4: tracking_numbers[0].number: “030 123456” is no E.164 number; did you mean “+4930123456”?"
    ]


@pytest.mark.parametrize(
    ("route", "words"),
    [
        ("'agent:b'", "there is no user “b”"),
        ("'agent:'", "“agent:” names no agent"),
        ("'agnt:agent1'", "“agnt:agent1” is no route; did you mean “agent:”?"),
        ("'agent1'", "“agent1” is no route; did you mean “agent:agent1”?"),
        ("''", "the route is empty"),
        ("1", "is not a line of text"),
        ('"queue:a\\nb"', "is not a line of text"),
    ],
)
def test_mistakes_in_a_route(route: str, words: str) -> None:
    text = f"[[tracking_numbers]]\nnumber = '+15551230001'\nroute = {route}"
    assert mistakes(text, Team([UserProfile("agent1")])) == [f"line 3: tracking_numbers[0].route: {words}"]


def test_users_who_are_there_already_can_be_referred_to() -> None:
    text = (
        "[agent]\nlogin = 'agent1'\n[[users]]\nlogin = 'new'\n"
        "queue = { no_answer = 'agent', no_answer_target = 'agent1' }\n"
        "[[tracking_numbers]]\nnumber = '+15551230001'\nroute = 'agent:agent1'"
    )
    asked = read_provisioning(text, Team([UserProfile("agent1")]))
    assert [user.login for user in asked.users] == ["new"]
    assert len(mistakes(text)) == 3


def test_an_agent_login_is_no_mistake_while_there_is_no_team_at_all() -> None:
    assert read_provisioning("[agent]\nlogin = 'agent1'").apply_to(Settings()).agent.login == "agent1"


def test_a_file_that_is_not_there_or_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="cannot be read: No such file"):
        read_provisioning(tmp_path / "nowhere.toml")
    (tmp_path / "latin.toml").write_bytes("name = 'Zoë'".encode("latin-1"))
    with pytest.raises(UserFacingError, match="it is not UTF-8 text"):
        read_provisioning(tmp_path / "latin.toml")


@given(exported=some_settings(), base=some_settings(), team=some_teams())
@settings(deadline=None, max_examples=50)
def test_what_is_exported_is_imported(exported: Settings, base: Settings, team: Team) -> None:
    asked = read_provisioning(write_provisioning(exported, team))
    assert asked.apply_to(base) == exported
    assert asked.team.users == team.users
    assert asked.team.tracking_numbers == team.tracking_numbers


def test_an_export_has_no_password_and_can_be_read_by_people() -> None:
    asked = read_provisioning(COMPLETE)
    text = write_provisioning(asked.apply_to(Settings()), asked.team)
    assert "pass" not in text.replace("bypass", "").replace("Passwords are not in here", "")
    assert '[users.queue]\nbypass_if_no_agents = false\nring_seconds = 30\nno_answer = "voicemail"\n' in text
    again = read_provisioning(text)
    assert (again.users, again.tracking_numbers, again.password) == (asked.users, asked.tracking_numbers, None)
