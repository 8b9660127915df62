"""The picture of the team."""

from __future__ import annotations

from softphone.model.profile import Route, Team, TrackingNumber, UserProfile

LINE = TrackingNumber("+15551230001", "Spring campaign", Route.parse("agent:agent1"))
SALES = TrackingNumber("+15551230002", "Newsletter", Route.parse("queue:sales"))
TEAM = Team([UserProfile("agent1", "Agent One"), UserProfile("agent2")], [LINE, SALES])


def test_a_team_with_one_user_changed_leaves_the_first_as_it_was() -> None:
    changed = UserProfile("agent1", "Another name")
    team = TEAM.with_user(changed)
    assert team.users == (changed, UserProfile("agent2"))
    assert team.with_user(UserProfile("agent3")).users[2:] == (UserProfile("agent3"),)
    assert TEAM.users == (UserProfile("agent1", "Agent One"), UserProfile("agent2"))
    assert (team.tracking_numbers, team.direct_lines("agent1")) == ((LINE, SALES), (LINE,))


def test_direct_lines() -> None:
    assert TEAM.direct_lines("agent1") == (LINE,)
    assert TEAM.direct_lines("agent2") == TEAM.direct_lines("nobody") == ()


def test_people_without_a_name_are_called_by_their_login() -> None:
    assert [UserProfile("agent1", "Agent One").known_as, UserProfile("agent1").known_as] == ["Agent One", "agent1"]
