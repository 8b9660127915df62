from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from softphone.errors import UserFacingError
from softphone.model.settings import AgentSettings, DatabaseSettings, Settings
from softphone.storage import DatabaseAddress
from tests.lab.tls import Authority

FILE = Path("/data/softphone.sqlite3")


def test_a_file_is_of_this_machine() -> None:
    address = DatabaseAddress.parse("sqlite", FILE)
    assert (address.shared, address.for_people, address.account) == (False, str(FILE), "")
    assert address.tls_context() is None


def test_a_server_is_named_without_its_password() -> None:
    address = DatabaseAddress.parse("postgresql://db.example.com/team", FILE, "agent1").with_password("secret")
    assert (address.shared, address.for_people) == (True, "team at db.example.com")
    assert address.account == "postgresql://agent1@db.example.com:5432/team?sslmode=verify-full"
    assert "secret" not in repr(address)


def test_settings_name_the_agent_who_logs_in_and_the_keyring_the_password() -> None:
    settings = Settings(
        agent=AgentSettings("agent1"), database=DatabaseSettings("postgresql://db.example.com/team", "/ca.pem")
    )
    kept = {"postgresql://agent1@db.example.com:5432/team?sslmode=verify-full": "secret"}
    address = DatabaseAddress.of(settings, FILE, kept.__getitem__)
    assert (address.password, address.ca_file) == ("secret", "/ca.pem")
    assert DatabaseAddress.of(Settings(), FILE, dict[str, str]().__getitem__) == DatabaseAddress(file=FILE)


def test_a_wrong_address_is_told_in_words() -> None:
    with pytest.raises(UserFacingError, match=r"^The address of the database must not hold a password"):
        DatabaseAddress.parse("postgresql://u:secret@host/db", FILE)


@pytest.mark.parametrize(
    ("mode", "verified", "name"),
    [("require", False, False), ("verify-ca", True, False), ("verify-full", True, True)],
)
def test_what_the_server_has_to_prove(mode: str, verified: bool, name: bool) -> None:
    context = DatabaseAddress.parse(f"postgresql://host/db?sslmode={mode}", FILE).tls_context()
    assert context is not None
    assert (context.verify_mode is ssl.CERT_REQUIRED, context.check_hostname) == (verified, name)
    assert not verified or context.cert_store_stats()["x509_ca"] > 0


@pytest.mark.programs
def test_only_the_authorities_of_the_file_are_trusted(tmp_path: Path) -> None:
    ca_file = str(Authority(tmp_path).make().ca_file)
    context = DatabaseAddress.parse("postgresql://host/db", FILE, ca_file=ca_file).tls_context()
    assert context is not None
    assert [each["subject"] for each in context.get_ca_certs()] == [((("commonName", "test-authority"),),)]


@pytest.mark.parametrize(("content", "words"), [(None, "No such file"), ("nothing", "it holds no certificates")])
def test_authorities_that_cannot_be_read(tmp_path: Path, content: str | None, words: str) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(UserFacingError, match=f"in {file} cannot be read: {words}"):
        DatabaseAddress.parse("postgresql://host/db", FILE, ca_file=str(file)).tls_context()
