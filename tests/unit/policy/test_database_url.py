from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.policy.database_url import DatabaseUrl, read_database_url

HOST = "db.example.com"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("postgresql://db.example.com/team", DatabaseUrl("agent1", HOST, 5432, "team", "verify-full")),
        ("postgres://ann@db.example.com:6543/team", DatabaseUrl("ann", HOST, 6543, "team", "verify-full")),
        ("postgresql://a%40b@db.example.com/te%20am", DatabaseUrl("a@b", HOST, 5432, "te am", "verify-full")),
        ("postgresql://db.example.com/team?sslmode=require", DatabaseUrl("agent1", HOST, 5432, "team", "require")),
        ("postgresql://127.0.0.1/team", DatabaseUrl("agent1", "127.0.0.1", 5432, "team", "disable")),
        (
            "postgresql://localhost/team?sslmode=verify-ca",
            DatabaseUrl("agent1", "localhost", 5432, "team", "verify-ca"),
        ),
        ("postgresql://[::1]:7000/team", DatabaseUrl("agent1", "::1", 7000, "team", "disable")),
        ("postgresql:///team?host=/run/postgresql", DatabaseUrl("agent1", "/run/postgresql", 5432, "team", "disable")),
        ("postgresql://ann@:99/team?host=%2Ftmp", DatabaseUrl("ann", "/tmp", 99, "team", "disable")),
    ],
)
def test_where_a_database_is(text: str, read: DatabaseUrl) -> None:
    assert read_database_url(text, "agent1") == read


def test_a_file_is_no_server() -> None:
    assert read_database_url("sqlite") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is not a database this softphone knows"),
        ("mysql://host/db", "is not a database this softphone knows"),
        ("sqlite:///file", "is not a database this softphone knows"),
        ("postgresql", "is not a database this softphone knows"),
        ("postgresql+asyncpg://host/db", "without the name of a driver"),
        ("postgresql://u:secret@host/db", "must not hold a password"),
        ("postgresql+asyncpg://u:secret@host/db", "must not hold a password"),
        ("postgresql:///db", "names no host"),
        ("postgresql://host", "the name of one database"),
        ("postgresql://host/", "the name of one database"),
        ("postgresql://host/a/b", "the name of one database"),
        ("postgresql://host:port/db", "a port that is none"),
        ("postgresql://host:99999/db", "a port that is none"),
        ("postgresql://ho st/db", "a host name that cannot be one"),
        ("postgresql://one,two/db", "a host name that cannot be one"),
        ("postgresql://[host/db", "a stray bracket"),
        ("postgresql://host/db?sslmode=prefer", "an sslmode nobody knows"),
        ("postgresql://host/db?password=secret", "“password” after its question mark"),
    ],
)
def test_a_wrong_one_is_told_in_words_without_the_password(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        read_database_url(text)
    assert "secret" not in str(caught.value)


@given(
    st.builds(
        DatabaseUrl,
        st.text(min_size=1, max_size=8).filter(str.strip),
        st.sampled_from(["db.example.com", "192.0.2.7", "2001:db8::1", "/run/postgresql"]),
        st.integers(1, 65535),
        st.text(st.characters(exclude_characters="/", codec="utf-8"), min_size=1, max_size=8),
        st.just("verify-full"),
    )
)
def test_the_account_of_the_keyring_leads_to_the_same_database(url: DatabaseUrl) -> None:
    read = read_database_url(f"{url.text}?sslmode=verify-full")
    assert read == url
    assert read.text == url.text
