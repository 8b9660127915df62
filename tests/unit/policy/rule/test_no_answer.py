"""The no-answer route: what the settings mean for a caller, and the SIP answer that carries it out."""

import pytest

from softphone.model.call import NoAnswerPlan
from softphone.model.profile import NoAnswer, Team, UserProfile, UserQueue
from softphone.model.sip import Header
from softphone.model.ua_commands import Respond
from softphone.policy.rule.no_answer import DivertReason, plan_no_answer, send_on

ME = "sip:agent1@example.com"
VOICEMAIL = "sip:vm@example.com"
CALLER = '"A customer" <sip:customer@example.net>;tag=1'


def profile(kind: NoAnswer, target: str = "") -> UserProfile:
    return UserProfile("agent1", sip_uri=ME, queue=UserQueue(no_answer=kind, no_answer_target=target))


TEAM = Team([UserProfile("agent2", sip_uri="sip:agent2@example.com"), UserProfile("nobody")])


def test_hang_up_is_480_with_the_reason() -> None:
    plan = plan_no_answer(profile(NoAnswer.HANG_UP), TEAM, CALLER, ())
    answer = send_on("c1", plan, DivertReason.NO_ANSWER)
    assert answer.code == 480
    assert answer.headers == (Header("Reason", 'Q.850;cause=19;text="No answer"'),)


# RFC 5806 section 10 names the reasons of a Diversion; ITU-T Q.850 section 2.2.5 the causes for a Reason (RFC 3326).
REASONS = {
    DivertReason.NO_ANSWER: ("no-answer", 'Q.850;cause=19;text="No answer"'),
    DivertReason.DEFLECTION: ("deflection", 'Q.850;cause=21;text="Call rejected"'),
    DivertReason.USER_BUSY: ("user-busy", 'Q.850;cause=17;text="User busy"'),
    DivertReason.UNAVAILABLE: ("unavailable", 'Q.850;cause=20;text="Subscriber absent"'),
}
OF_RFC_5806 = {
    "unknown", "user-busy", "no-answer", "unavailable", "unconditional", "time-of-day", "do-not-disturb", "deflection",
    "follow-me", "out-of-service", "away",
}  # fmt: skip


@pytest.mark.parametrize("reason", DivertReason)
def test_each_reason_in_the_words_of_its_standard(reason: DivertReason) -> None:
    diversion, cause = REASONS[reason]
    assert diversion in OF_RFC_5806
    rejected = send_on("c1", NoAnswerPlan(NoAnswer.HANG_UP, "", ME), reason)
    assert rejected == Respond("c1", 480, headers=(Header("Reason", cause),))
    redirected = send_on("c1", NoAnswerPlan(NoAnswer.VOICEMAIL, VOICEMAIL, ME), reason)
    assert redirected.headers[1] == Header("Diversion", f"<{ME}>;reason={diversion};counter=1")
    assert (redirected.code, redirected.reason) == (302, "Moved Temporarily")


def test_who_has_no_address_is_not_named_in_a_diversion() -> None:
    answer = send_on("c1", NoAnswerPlan(NoAnswer.VOICEMAIL, VOICEMAIL, ""), DivertReason.NO_ANSWER)
    assert answer.headers == (Header("Contact", f"<{VOICEMAIL}>"),)


def test_a_diversion_that_would_break_the_message_is_left_out() -> None:
    chain = (Header("Diversion", "<sip:a@b>\r\nX: y"), Header("Diversion", "<sip:c@d>"))
    answer = send_on("c1", NoAnswerPlan(NoAnswer.VOICEMAIL, VOICEMAIL, "", chain), DivertReason.NO_ANSWER)
    assert answer.headers[1:] == chain[1:]


@pytest.mark.parametrize(
    ("kind", "target", "contact"),
    [(NoAnswer.VOICEMAIL, VOICEMAIL, VOICEMAIL), (NoAnswer.AGENT, "agent2", "sip:agent2@example.com")],
)
@pytest.mark.parametrize("reason", DivertReason)
def test_agent_and_voicemail_are_302_with_contact_and_diversion(
    kind: NoAnswer, target: str, contact: str, reason: DivertReason
) -> None:
    answer = send_on("c1", plan_no_answer(profile(kind, target), TEAM, CALLER, ()), reason)
    assert (answer.code, answer.headers) == (
        302,
        (Header("Contact", f"<{contact}>"), Header("Diversion", f"<{ME}>;reason={reason};counter=1")),
    )


def test_our_diversion_stands_in_front_of_those_the_call_came_with() -> None:
    before = [Header("Diversion", "<sip:main@example.com>;reason=unconditional, <sip:old@example.com>")]
    plan = plan_no_answer(profile(NoAnswer.VOICEMAIL, VOICEMAIL), TEAM, CALLER, before)
    values = [header.value for header in send_on("c1", plan, DivertReason.USER_BUSY).headers[1:]]
    assert values == [
        f"<{ME}>;reason=user-busy;counter=1",
        "<sip:main@example.com>;reason=unconditional",
        "<sip:old@example.com>",
    ]


@pytest.mark.parametrize(
    ("chain", "caller"),
    [
        ([Header("Diversion", "<sip:agent2@example.com>;reason=no-answer")], CALLER),
        ([Header("Diversion", "<sip:x@y>"), Header("diversion", '"Two" <sip:agent2@EXAMPLE.com:5070>')], CALLER),
        ([], "<sip:agent2@example.com>;tag=9"),
    ],
    ids=["in the chain", "further down, another port", "the caller"],
)
def test_a_loop_is_stopped(chain: list[Header], caller: str) -> None:
    plan = plan_no_answer(profile(NoAnswer.AGENT, "agent2"), TEAM, caller, chain)
    assert plan.kind is NoAnswer.HANG_UP
    assert plan.why == "sip:agent2@example.com had this call before: sending it there again would be a loop."
    assert send_on("c1", plan, DivertReason.NO_ANSWER).code == 480


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (NoAnswer.AGENT, "ghost"),
        (NoAnswer.AGENT, "nobody"),
        (NoAnswer.VOICEMAIL, ""),
        (NoAnswer.VOICEMAIL, "not an address"),
        (NoAnswer.VOICEMAIL, "sip:vm@example.com\r\nX: y"),
        (NoAnswer.VOICEMAIL, ME),
    ],
)
def test_a_route_that_cannot_work_hangs_up_and_says_so(kind: NoAnswer, target: str) -> None:
    plan = plan_no_answer(profile(kind, target), TEAM, CALLER, ())
    assert (plan.kind, plan.target, plan.owner) == (NoAnswer.HANG_UP, "", ME)
    loop = f"{target} had this call before: sending it there again would be a loop."
    assert plan.why == (loop if target == ME else f"The no-answer route to “{target}” leads nowhere.")


def _routes_to(login: str, target: str, kind: NoAnswer = NoAnswer.AGENT) -> UserProfile:
    return UserProfile(
        login, sip_uri=f"sip:{login}@example.com", queue=UserQueue(no_answer=kind, no_answer_target=target)
    )


BOX = "sip:box@example.com"


@pytest.mark.parametrize(
    ("away", "goes_to"),
    [
        (frozenset(), "sip:b@example.com"),
        (frozenset({"b"}), "sip:c@example.com"),
        (frozenset({"b", "c"}), BOX),
        (frozenset({"c"}), "sip:b@example.com"),
    ],
)
def test_a_route_to_a_colleague_who_is_away_goes_on_by_theirs(away: frozenset[str], goes_to: str) -> None:
    me, b, c = _routes_to("a", "b"), _routes_to("b", "c"), _routes_to("c", BOX, NoAnswer.VOICEMAIL)
    assert plan_no_answer(me, Team([me, b, c]), "<sip:x@example.net>", (), away).target == goes_to


def test_a_circle_of_colleagues_who_are_all_away_ends() -> None:
    me, b = _routes_to("a", "b"), _routes_to("b", "a")
    plan = plan_no_answer(me, Team([me, b]), "<sip:x@example.net>", (), frozenset({"a", "b"}))
    assert plan.kind is NoAnswer.HANG_UP


def test_a_circle_of_absent_colleagues_further_on_ends() -> None:
    def to(login: str, target: str) -> UserProfile:
        queue = UserQueue(no_answer=NoAnswer.AGENT, no_answer_target=target)
        return UserProfile(login, sip_uri=f"sip:{login}@example.com", queue=queue)

    team = Team([to("a", "b"), to("b", "c"), to("c", "b")])
    plan = plan_no_answer(to("a", "b"), team, CALLER, (), frozenset({"b", "c"}))
    assert plan.kind is NoAnswer.AGENT
