"""Three versions of a record: what differs, and what comes of keeping mine."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from softphone.model.profile import NoAnswer, UserProfile, UserQueue
from ui.widgets.comparison import differences, merged

USER = UserProfile("agent1", "Agent One", "sip:agent1@example.com")
USERS = st.builds(
    UserProfile,
    st.just("agent1"),
    st.sampled_from(["a", "b", "c"]),
    call_waiting=st.booleans(),
    queue=st.builds(UserQueue, st.booleans(), st.integers(5, 7), st.sampled_from(NoAnswer)),
)


def test_only_what_differs_is_listed_under_its_declared_label():
    theirs = replace(USER, name="Other", queue=UserQueue(bypass_if_no_agents=False))
    assert differences(USER, theirs) == [
        ("Name", "Agent One", "Other"),
        ("Bypass queue if no agents available", "yes", "no"),
    ]


@given(base=USERS, theirs=USERS)
def test_nothing_changed_here_takes_all_of_theirs(base, theirs):
    assert merged(base, base, theirs) == theirs


@given(base=USERS, mine=USERS)
def test_nothing_changed_there_keeps_all_of_mine(base, mine):
    assert merged(base, mine, base) == mine


def test_each_keeps_what_they_changed_and_mine_wins_where_both_did():
    mine = replace(USER, name="Mine", queue=UserQueue(ring_seconds=20))
    theirs = replace(USER, name="Theirs", call_waiting=True, queue=UserQueue(bypass_if_no_agents=False))
    kept = replace(USER, name="Mine", call_waiting=True, queue=UserQueue(False, 20))
    assert merged(USER, mine, theirs) == kept
