"""What ``softphone ctl`` prints for people."""

from softphone.cli.ctl_words import in_words

HELD = {
    "id": "h1",
    "holder_name": "Agent One",
    "seconds_held": 72.4,
    "claimed_by": "",
    "remote": "sip:x@y",
    "remote_name": "Ann",
    "remote_number": "(555) 010-2233",
    "note": "wants the blue one",
}
TEAM = {
    "team": {"problem": "", "online": True},
    "held_calls": [HELD, HELD | {"id": "h2", "note": "", "claimed_by": "Agent Two"}],
    "colleagues": [{"name": "Agent Two", "availability": "on-a-call"}],
}
LINE = {
    "arrived": "2026-03-01T12:00:00.000+00:00",
    "agent": "agent1",
    "direction": "incoming",
    "remote": "sip:x@y",
    "remote_name": "Ann",
    "outcome": "picked-up",
    "continued_by": "agent2",
    "continues": "",
}


def test_the_team_is_one_line_each() -> None:
    assert in_words(TEAM).splitlines() == [
        "h1  held for anyone by Agent One for 72 s  Ann (555) 010-2233; wants the blue one",
        "h2  held for anyone by Agent One for 72 s, Agent Two is picking up  Ann (555) 010-2233",
        "Agent Two: on-a-call",
    ]


def test_trouble_with_the_database_comes_first() -> None:
    assert in_words(TEAM | {"team": {"problem": "Not reachable."}}).splitlines()[0] == "Not reachable."


def test_the_log_says_where_callers_went_and_came_from() -> None:
    own = LINE | {"direction": "outgoing", "remote_name": "", "continued_by": "", "continues": "agent1"}
    assert in_words([LINE, own]).splitlines() == [
        "2026-03-01T12:00:00.000+00:00  agent1 <- Ann  picked-up, continued by agent2",
        "2026-03-01T12:00:00.000+00:00  agent1 -> sip:x@y  picked-up, picked up from agent1",
    ]


def test_other_answers_are_names_and_values() -> None:
    assert in_words({"held_call": "h1", "call": "c1"}) == "held_call: h1\ncall: c1"
    assert in_words(None) == ""
    assert in_words([]) == ""
