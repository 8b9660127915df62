from __future__ import annotations

from tests.bench.team_journal import Journal, Moment, together


def free(at: float) -> Moment:
    return ("presence", "agent1 free", "agent1", at)


def seen(by: str, at: float) -> Moment:
    return ("presence", "agent1 free", by, at)


def test_a_change_is_seen_once_by_each_and_later_ones_are_other_changes() -> None:
    journal = Journal(wrote=[free(10.0), free(20.0)])
    journal.saw = [seen("agent2", 10.25), seen("agent2", 11.0), seen("agent3", 10.5), seen("agent2", 20.125)]
    assert sorted(journal.seen_after("presence")) == [0.125, 0.25, 0.5]
    assert journal.seen_after("held") == []


def test_what_was_there_before_any_change_is_none() -> None:
    assert Journal(wrote=[free(10.0)], saw=[seen("agent2", 9.0)]).seen_after("presence") == []


def test_journals_of_all_processes_are_one() -> None:
    one = Journal(wrote=[free(10.0)], entries={"agent1": 2}, won=[("held-1", "agent1")], delivered=[(1.0, 1.5)], lost=1)
    two = Journal(saw=[seen("agent2", 11.0)], entries={"agent2": 3}, problems=["one"], delivered=[(2.0, 2.25)], lost=2)
    both = together([one, two])
    assert both.seen_after("presence") == [1.0]
    assert both.commits == [0.5, 0.25]
    assert (both.entries, both.lost, both.problems) == ({"agent1": 2, "agent2": 3}, 3, ["one"])
    assert both.won == [("held-1", "agent1")]
