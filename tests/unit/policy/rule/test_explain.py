"""“Try a call”: every row of the rule table told in sentences, and what happens if nobody answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from softphone.model.call_record import CallRecord, Direction, Outcome
from softphone.model.profile import NoAnswer, Route, Team, TrackingNumber, UserProfile, UserQueue
from softphone.policy.rule.call_waiting import Situation, Treatment, decide
from softphone.policy.rule.explain import Explanation, Moment, minutes, try_a_call, why

VOICEMAIL = UserQueue(False, 20, NoAnswer.VOICEMAIL, "sip:vm@example.com")
ONE = UserProfile("agent1", "One", "sip:agent1@example.com", call_waiting=True, queue=VOICEMAIL)
TWO = UserProfile("agent2", "Two", "sip:agent2@example.com", queue=UserQueue(ring_seconds=30))
DIRECT = TrackingNumber("+15551230001", "Spring", Route.parse("agent:agent1"))
SALES = TrackingNumber("+15551230002", "", Route.parse("queue:sales"))
DESK = TrackingNumber("+15551230003", "Desk", Route.parse("sip:desk@example.com"))
OF_TWO = TrackingNumber("+15551230004", "Summer", Route.parse("agent:agent2"))
TEAM = Team([ONE, TWO], [DIRECT, SALES, DESK, OF_TWO])

FREE, ON_A_CALL, AWAY = Situation.FREE, Situation.ON_A_CALL, Situation.AWAY
LINE = "+15551230001 (Spring) is a direct line of One."
QUEUE = "+15551230002 leads to the queue “sales”: it is no direct line of One."
BUSY = "One is on a call."
UNAVAILABLE = "One is on do not disturb, in wrap-up or offline."
BYPASS_ON = "“Bypass queue if no agents available” is on: nobody waits for One."
BYPASS_OFF = "“Bypass queue if no agents available” is off: callers may wait for One."
WAITS = "The caller hears ringing, One sees only a count; it rings once One is free."
LATER = "If nobody answers, after 0:20 the caller goes to the voicemail box sip:vm@example.com."
AT_ONCE = ("The no-answer route is taken at once.", "The caller goes to the voicemail box sip:vm@example.com.")
ONLY_DIRECT = "Only callers on a direct line may wait for One."
VOICEMAIL_AT_20 = Moment(20, "voicemail")


def agent(*, call_waiting: bool = True, bypass: bool = False) -> UserProfile:
    return replace(ONE, call_waiting=call_waiting, queue=replace(VOICEMAIL, bypass_if_no_agents=bypass))


@pytest.mark.parametrize(
    ("situation", "number", "profile", "expected"),
    [
        (
            FREE,
            DIRECT,
            agent(bypass=True),
            Explanation(
                Treatment.RING,
                (LINE, "One is free.", "The call rings.", LATER),
                (Moment(0, "rings"), VOICEMAIL_AT_20),
            ),
        ),
        (
            FREE,
            SALES,
            agent(),
            Explanation(
                Treatment.RING,
                (QUEUE, "One is free.", "The call rings.", LATER),
                (Moment(0, "rings"), VOICEMAIL_AT_20),
            ),
        ),
        (
            ON_A_CALL,
            DIRECT,
            agent(bypass=True),
            Explanation(Treatment.NO_ANSWER_ROUTE, (LINE, BUSY, BYPASS_ON, *AT_ONCE), (Moment(0, "voicemail"),)),
        ),
        (
            ON_A_CALL,
            DIRECT,
            agent(),
            Explanation(
                Treatment.CALL_WAITING,
                (
                    LINE,
                    BUSY,
                    BYPASS_OFF,
                    "Call Waiting is on for One.",
                    "One hears the beep and is asked: Hold & Answer, Hangup & Answer, or Ignore.",
                    LATER,
                ),
                (Moment(0, "beep and prompt"), VOICEMAIL_AT_20),
            ),
        ),
        (
            ON_A_CALL,
            DIRECT,
            agent(call_waiting=False),
            Explanation(
                Treatment.QUEUE_SILENTLY,
                (LINE, BUSY, BYPASS_OFF, "Call Waiting is off for One.", WAITS, LATER),
                (Moment(0, "waits silently"), VOICEMAIL_AT_20),
            ),
        ),
        (
            ON_A_CALL,
            SALES,
            agent(),
            Explanation(
                Treatment.BUSY,
                (QUEUE, BUSY, ONLY_DIRECT, "The caller is told that the line is busy (486 Busy Here)."),
                (Moment(0, "busy"),),
            ),
        ),
        (
            AWAY,
            DIRECT,
            agent(bypass=True),
            Explanation(Treatment.NO_ANSWER_ROUTE, (LINE, UNAVAILABLE, BYPASS_ON, *AT_ONCE), (Moment(0, "voicemail"),)),
        ),
        (
            AWAY,
            DIRECT,
            agent(),
            Explanation(
                Treatment.QUEUE_SILENTLY,
                (LINE, UNAVAILABLE, BYPASS_OFF, WAITS, LATER),
                (Moment(0, "waits silently"), VOICEMAIL_AT_20),
            ),
        ),
        (
            AWAY,
            SALES,
            agent(),
            Explanation(
                Treatment.UNAVAILABLE,
                (
                    QUEUE,
                    UNAVAILABLE,
                    ONLY_DIRECT,
                    "The caller is told that nobody is available (480 Temporarily Unavailable).",
                ),
                (Moment(0, "unavailable"),),
            ),
        ),
    ],
    ids=lambda value: getattr(value, "treatment", None),
)
def test_each_row_of_the_rule(
    situation: Situation, number: TrackingNumber, profile: UserProfile, expected: Explanation
) -> None:
    assert try_a_call(number, profile, situation, TEAM) == expected


def test_it_never_says_anything_but_the_rule() -> None:
    for situation, number, waiting, bypass in product(
        Situation, (None, DIRECT, SALES, DESK, OF_TWO), (True, False), (True, False)
    ):
        rule = decide(situation, direct=number is DIRECT, call_waiting=waiting, bypass=bypass)
        told = try_a_call(number, agent(call_waiting=waiting, bypass=bypass), situation, TEAM)
        assert told.treatment is rule.treatment


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (None, "The dialled number is no tracking number, so it is nobody's direct line."),
        (OF_TWO, "+15551230004 (Summer) is a direct line of Two, not of One."),
        (
            replace(OF_TWO, route=Route.parse("agent:ghost")),
            "+15551230004 (Summer) is a direct line of ghost, not of One.",
        ),
        (DESK, "+15551230003 (Desk) leads to sip:desk@example.com: it is no direct line of One."),
    ],
)
def test_whose_line_it_is(number: TrackingNumber | None, words: str) -> None:
    assert try_a_call(number, ONE, FREE, TEAM).steps[0] == words


def test_numbers_are_told_as_people_read_them() -> None:
    told = try_a_call(DIRECT, ONE, FREE, TEAM, lambda number: f"({number[2:5]}) {number[5:]}")
    assert told.steps[0] == "(555) 1230001 (Spring) is a direct line of One."


def after(profile: UserProfile, situation: Situation = FREE, team: Team = TEAM) -> tuple[list[str], list[Moment]]:
    """What comes after the call has begun to ring, or the route that is taken at once."""
    told = try_a_call(DIRECT, profile, situation, team)
    return [step for step in told.steps if "the caller" in step.lower()], list(told.timeline)


def test_hanging_up() -> None:
    steps, timeline = after(replace(ONE, queue=UserQueue()))
    assert steps == ["If nobody answers, after 5:00 the caller is hung up on."]
    assert timeline == [Moment(0, "rings"), Moment(300, "hung up on")]


TO_TWO = replace(ONE, queue=UserQueue(True, 20, NoAnswer.AGENT, "agent2"))


def test_the_next_agent_rings_for_their_own_time() -> None:
    steps, timeline = after(TO_TWO)
    assert steps == [
        "If nobody answers, after 0:20 the caller goes to Two, where it rings only while Two is free, for up to 0:30.",
        "If nobody answers there, after 0:50 the caller is hung up on.",
    ]
    assert timeline == [Moment(0, "rings"), Moment(20, "Two rings"), Moment(50, "hung up on")]


def test_the_next_agent_at_once_when_the_queue_is_bypassed() -> None:
    steps, timeline = after(TO_TWO, ON_A_CALL)
    assert steps[0] == "The caller goes to Two, where it rings only while Two is free, for up to 0:30."
    assert timeline == [Moment(0, "Two rings"), Moment(30, "hung up on")]


def test_a_loop_is_stopped_and_said_to_be_one() -> None:
    back = replace(TWO, queue=UserQueue(True, 30, NoAnswer.AGENT, "agent1"))
    steps, timeline = after(TO_TWO, team=TEAM.with_user(back))
    assert steps[-1] == (
        "If nobody answers there, after 0:50 the caller is hung up on. "
        "sip:agent1@example.com had this call before: sending it there again would be a loop."
    )
    assert timeline == [Moment(0, "rings"), Moment(20, "Two rings"), Moment(50, "hung up on")]


def test_a_route_that_leads_nowhere_hangs_up_and_says_so() -> None:
    steps, timeline = after(replace(ONE, queue=UserQueue(True, 20, NoAnswer.AGENT, "ghost")))
    assert steps == [
        "If nobody answers, after 0:20 the caller is hung up on. The no-answer route to “ghost” leads nowhere."
    ]
    assert timeline[-1] == Moment(20, "hung up on")


def test_what_is_being_edited_counts_and_not_what_is_saved() -> None:
    saved = replace(ONE, queue=UserQueue(no_answer=NoAnswer.HANG_UP))
    assert after(ONE, team=TEAM.with_user(saved)) == after(ONE)


def test_a_long_chain_of_agents_is_followed_for_a_while() -> None:
    def one_of_many(number: int) -> UserProfile:
        queue = UserQueue(True, 10, NoAnswer.AGENT, f"a{number + 1}")
        return UserProfile(f"a{number}", sip_uri=f"sip:a{number}@example.com", queue=queue)

    many = Team(map(one_of_many, range(100)))
    timeline = try_a_call(None, one_of_many(0), FREE, many).timeline
    assert [moment.at_seconds for moment in timeline] == [0, 10, 20, 30, 40, 50]


MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RECORD = CallRecord(
    "c1",
    "c1@192.0.2.1",
    Direction.INCOMING,
    "agent1",
    "A customer",
    "sip:customer@example.net",
    "+15551230001",
    "Spring",
    True,
    MORNING,
    None,
    MORNING,
    42.3,
    Outcome.BYPASSED,
    "The agent was on a call. The caller was hung up on.",
)


@pytest.mark.parametrize(
    ("record", "first"),
    [
        (RECORD, "+15551230001 (Spring) was a direct line of agent1."),
        (replace(RECORD, direct=False), "+15551230001 (Spring) was no direct line of agent1."),
        (
            replace(RECORD, tracking_number="", label="", direct=False),
            "The dialled number was no tracking number, so it was nobody's direct line.",
        ),
    ],
)
def test_why_a_call_of_the_log_did_not_ring(record: CallRecord, first: str) -> None:
    assert why(record) == (first, RECORD.explanation, "The caller waited 0:42.")


def test_an_outgoing_call_has_no_rule_behind_it() -> None:
    assert why(replace(RECORD, direction=Direction.OUTGOING, explanation="The other side answered 486.")) == (
        "The other side answered 486.",
    )


@pytest.mark.parametrize(("seconds", "clock"), [(0, "0:00"), (9.6, "0:10"), (60, "1:00"), (3600, "60:00")])
def test_a_length_of_time_reads_like_a_clock(seconds: float, clock: str) -> None:
    assert minutes(seconds) == clock
