from __future__ import annotations

from softphone.model.profile import NoAnswer, Route, Team, TrackingNumber, UserProfile, UserQueue
from softphone.policy.uses import uses_of

TO_ONE = UserQueue(no_answer=NoAnswer.AGENT, no_answer_target="agent1")
TEAM = Team(
    [
        UserProfile("agent1"),
        UserProfile("agent2", "Agent Two", queue=TO_ONE),
        UserProfile("agent3", queue=UserQueue(no_answer=NoAnswer.VOICEMAIL, no_answer_target="agent1")),
    ],
    [
        TrackingNumber("+15551230001", "Spring", Route.parse("agent:agent1")),
        TrackingNumber("+15551230002", "", Route.parse("agent:agent1")),
        TrackingNumber("+15551230003", "Queue", Route.parse("queue:agent1")),
    ],
)


def test_numbers_and_routes_that_lead_to_an_agent() -> None:
    assert uses_of("agent1", TEAM) == (
        "the tracking number +15551230001 (Spring)",
        "the tracking number +15551230002",
        "the no-answer route of Agent Two",
    )


def test_nothing_leads_to_others() -> None:
    assert [uses_of(login, TEAM) for login in ("agent2", "agent3", "nobody")] == [(), (), ()]
