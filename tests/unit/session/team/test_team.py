"""Hold for anyone and pickup between sessions: each way it can go, each way it can fail."""

from __future__ import annotations

import asyncio

import pytest

from softphone.errors import RefusedError, UserFacingError
from softphone.model.actions import Choice, RequestHangUp, RequestHoldForAnyone, RequestResume
from softphone.model.call import CallStatus
from softphone.model.call_record import Outcome
from softphone.model.colleague import Availability
from softphone.model.held_call import Claim, HeldEnd
from softphone.model.ua_commands import Bridge, Refer, Resume
from softphone.policy.pickup.attempt import SILENCE_SECONDS
from tests.fakes.held_calls import FakeTeam
from tests.fakes.presence import FakePresence
from tests.unit.session.office import office, settle


def how_it_ended(team: FakeTeam) -> tuple[HeldEnd, str]:
    (_, how, by), *others = team.ended.values()
    assert not others
    return how, by


def nothing_is_claimed(team: FakeTeam) -> bool:
    return not team.claims and not any(row.claimed_by for row in team.rows.values())


async def test_a_caller_held_for_anyone_is_seen_by_everybody_with_all_that_is_known() -> None:
    one, two = await office("agent1", "agent2")
    call = one.holding_for_anyone()
    (row,) = two.held
    assert (row.remote.name, row.label, row.holder_name) == ("Ann", "Spring campaign", "Agent One")
    assert row.pick_up
    assert not row.call
    (own,) = one.held
    assert own.call == call
    assert not own.pick_up


async def test_the_caller_goes_to_the_agent_who_picks_them_up_and_the_old_leg_ends() -> None:
    one, two = await office("agent1", "agent2")
    held = one.holding_for_anyone()
    task = await two.picks_up()
    assert one.referred_to.startswith("sip:agent2@example.com;pickup=")
    new = two.follows_refer(one.referred_to)
    assert two.answers(new) == [200]
    two.user_agent.acknowledge(new)
    assert await task == new
    assert how_it_ended(one.board) == (HeldEnd.PICKED_UP, "agent2")
    assert one.hung_up(held)
    one.user_agent.end(held)
    (record,) = one.log.records
    assert (record.outcome, record.continued_by, record.held_for_anyone) == (Outcome.PICKED_UP, "agent2", True)
    two.session.act(RequestHangUp(new))
    two.user_agent.end(new)
    (mine,) = two.log.records
    assert (mine.outcome, mine.continues, mine.held_call) == (Outcome.ANSWERED, "agent1", record.held_call)
    assert (mine.label, mine.remote_name) == ("Spring campaign", "Ann")
    assert not one.held


async def test_a_notify_that_it_worked_is_enough_to_let_go() -> None:
    one, two = await office("agent1", "agent2")
    held = one.holding_for_anyone()
    await two.picks_up()
    one.user_agent.refer_accepted(held)
    one.user_agent.refer_progress(held, 200, True)
    assert one.hung_up(held)
    one.user_agent.end(held)
    assert how_it_ended(one.board) == (HeldEnd.PICKED_UP, "agent2")


async def test_only_the_fastest_gets_the_caller_and_the_others_are_told_who() -> None:
    one, two, three = await office("agent1", "agent2", "agent3")
    one.holding_for_anyone()
    winner = await two.picks_up()
    with pytest.raises(RefusedError, match="Agent Two was faster"):
        await three.session.pick_up(three.held[0].id)
    assert not winner.done()
    assert three.held[0].claimed_by == "Agent Two"


async def test_an_agent_on_a_call_says_what_becomes_of_it() -> None:
    one, two = await office("agent1", "agent2")
    one.holding_for_anyone()
    current = two.talking()
    with pytest.raises(RefusedError, match="You are on a call"):
        await two.session.pick_up(two.held[0].id)
    assert nothing_is_claimed(one.board)
    task = await two.picks_up(Choice.HOLD_AND_ANSWER)
    new = two.follows_refer(one.referred_to)
    assert two.answers(new) == [180]
    two.user_agent.accept_reinvite(current)
    assert two.answers(new) == [180, 200]
    two.user_agent.acknowledge(new)
    assert await task == new
    assert [each.status for each in two.session.view.calls] == [CallStatus.HELD, CallStatus.ACTIVE]


async def test_hanging_up_for_the_pickup() -> None:
    one, two = await office("agent1", "agent2")
    one.holding_for_anyone()
    current = two.talking()
    await two.picks_up(Choice.HANGUP_AND_ANSWER)
    assert not two.hung_up(current)
    new = two.follows_refer(one.referred_to)
    assert two.hung_up(current)
    assert two.answers(new) == [200]


async def test_where_refer_is_refused_the_claimer_calls_and_the_holder_joins_the_two() -> None:
    one, two = await office("agent1", "agent2")
    held = one.holding_for_anyone()
    task = await two.picks_up()
    one.user_agent.refer_refused(held, 603)
    assert two.dialed.target.startswith("sip:agent1@example.com;pickup=")
    leg = one.follows_refer(two.dialed.target)
    assert one.answers(leg) == [200]
    one.user_agent.acknowledge(leg)
    assert Bridge(held, leg) in one.user_agent.commands
    assert Resume(held) in one.user_agent.commands
    two.user_agent.acknowledge(two.dialed.call)
    assert await task == two.dialed.call
    assert [each.status for each in one.session.view.calls] == [CallStatus.BRIDGED]
    one.user_agent.end(leg)
    assert one.hung_up(held)
    one.user_agent.end(held)
    assert [(record.outcome, record.continued_by) for record in one.log.records] == [(Outcome.PICKED_UP, "agent2")]


async def test_a_caller_who_cannot_reach_the_claimer_stays_where_they_were() -> None:
    one, two = await office("agent1", "agent2")
    held = one.holding_for_anyone()
    task = await two.picks_up()
    one.user_agent.refer_accepted(held)
    one.user_agent.refer_progress(held, 486, True)
    with pytest.raises(UserFacingError, match="could not be picked up"):
        await task
    assert nothing_is_claimed(one.board)
    assert not one.hung_up(held)
    assert two.held[0].pick_up


async def test_a_holder_who_says_nothing_in_time_loses_the_claim_and_nobody_the_caller() -> None:
    one, two = await office("agent1", "agent2")
    held = one.holding_for_anyone()
    task = await two.picks_up()
    one.user_agent.refer_accepted(held)
    one.clock.turn(31)
    two_says = "did not arrive in time|not reached|could not be picked up"
    with pytest.raises(UserFacingError, match=two_says):
        await task
    assert nothing_is_claimed(one.board)
    assert one.session.view.calls[0].status is CallStatus.HELD
    assert not one.hung_up(held)


async def test_the_caller_of_a_holder_who_is_gone_is_taken_over() -> None:
    one, two = await office("agent1", "agent2")
    one.holding_for_anyone()
    one.board.lose(one.held_calls.station)
    task = await two.picks_up()
    headers = {header.name: header.value for header in two.dialed.headers}
    assert two.dialed.target == "sip:ann@192.0.2.1"
    assert headers == {"Require": "replaces", "Replaces": "sip-in-1;to-tag=theirs;from-tag=mine"}
    two.user_agent.acknowledge(two.dialed.call)
    assert await task == two.dialed.call
    assert how_it_ended(one.board) == (HeldEnd.PICKED_UP, "agent2")


async def test_a_holder_who_stays_silent_is_treated_as_gone_when_the_callers_phone_allows_it() -> None:
    one, two = await office("agent1", "agent2")
    one.holding_for_anyone()
    await two.picks_up()
    one.clock.turn(SILENCE_SECONDS + 0.1)
    assert two.dialed.target == "sip:ann@192.0.2.1"


@pytest.mark.parametrize(
    ("code", "words", "ended"),
    [(420, "does not allow the call to be taken over", False), (481, "has hung up", True), (408, "not reached", False)],
)
async def test_a_take_over_that_fails_says_why(code: int, words: str, ended: bool) -> None:
    one, two = await office("agent1", "agent2")
    one.holding_for_anyone()
    one.board.lose(one.held_calls.station)
    task = await two.picks_up()
    two.user_agent.end(two.dialed.call, code)
    with pytest.raises(UserFacingError, match=words):
        await task
    assert nothing_is_claimed(one.board)
    assert bool(one.board.ended) == ended


async def test_the_holder_cannot_take_back_or_hang_up_a_caller_who_is_on_the_way() -> None:
    one, two = await office("agent1", "agent2")
    held = one.holding_for_anyone()
    await two.picks_up()
    for action in (RequestResume(held), RequestHangUp(held)):
        with pytest.raises(RefusedError, match="Agent Two is just picking this caller up"):
            one.session.act(action)


async def test_a_caller_taken_back_is_not_in_the_list_any_more() -> None:
    one, two = await office("agent1", "agent2")
    held = one.holding_for_anyone()
    row = two.held[0].id
    one.session.act(RequestResume(held))
    assert how_it_ended(one.board) == (HeldEnd.RESUMED, "")
    with pytest.raises(UserFacingError, match="not held any more"):
        await two.session.pick_up(row)


async def test_a_caller_who_gives_up_on_hold() -> None:
    one, two = await office("agent1", "agent2")
    held = one.holding_for_anyone()
    one.user_agent.end(held)
    assert how_it_ended(one.board) == (HeldEnd.ABANDONED, "")
    assert not two.held


async def test_a_caller_who_gives_up_while_somebody_picks_them_up() -> None:
    one, two = await office("agent1", "agent2")
    held = one.holding_for_anyone()
    task = await two.picks_up()
    one.user_agent.end(held)
    one.clock.turn(31)
    one.board.sweep()
    with pytest.raises(UserFacingError):
        await task
    assert how_it_ended(one.board) == (HeldEnd.ABANDONED, "")
    assert one.log.records[0].outcome is Outcome.ANSWERED


async def test_the_claimers_caller_who_gives_up_ringing() -> None:
    one, two = await office("agent1", "agent2")
    one.holding_for_anyone()
    current = two.talking()
    task = await two.picks_up(Choice.HOLD_AND_ANSWER)
    new = two.follows_refer(one.referred_to)
    two.user_agent.end(new, 487)
    with pytest.raises(UserFacingError):
        await task
    two.user_agent.accept_reinvite(current)
    assert nothing_is_claimed(one.board)
    assert two.session.view.calls[0].id == current


async def test_an_invite_with_a_dead_token_rings_nowhere() -> None:
    (two,) = await office("agent2")
    call = two.follows_refer("sip:agent2@example.com;pickup=guessed")
    assert two.answers(call) == [480]
    assert two.session.view.prompt is None
    two.user_agent.end(call, 480)
    assert two.log.records == []


async def test_the_caller_may_be_faster_than_the_answer_to_the_claim() -> None:
    one, two = await office("agent1", "agent2")
    one.holding_for_anyone()

    def refer_at_once() -> None:
        if any(isinstance(command, Refer) for command in one.user_agent.commands) and not calls:
            calls.append(two.follows_refer(one.referred_to))

    calls: list[str] = []
    one.session.on_event(lambda _: refer_at_once())
    task = await two.picks_up()
    assert two.answers(calls[0]) == [200]
    two.user_agent.acknowledge(calls[0])
    assert await task == calls[0]


async def test_no_pickup_without_the_database_and_no_harm_to_calls() -> None:
    one, two = await office("agent1", "agent2")
    one.holding_for_anyone()
    one.board.go_offline()
    with pytest.raises(RefusedError, match="not reachable"):
        await two.session.pick_up(two.held[0].id)
    two.talking()
    assert two.session.view.calls[0].status is CallStatus.ACTIVE


async def test_a_database_lost_after_the_claim_loses_nobody() -> None:
    one, two = await office("agent1", "agent2")
    held = one.holding_for_anyone()
    task = await two.picks_up()
    one.board.go_offline()
    new = two.follows_refer(one.referred_to)
    two.user_agent.acknowledge(new)
    assert await task == new
    one.user_agent.refer_accepted(held)
    one.user_agent.refer_progress(held, 200, True)
    assert one.hung_up(held)
    one.board.come_back()
    assert how_it_ended(one.board) == (HeldEnd.PICKED_UP, "agent2")


async def test_a_note_goes_to_everybody_and_has_a_limit() -> None:
    one, two = await office("agent1", "agent2")
    one.holding_for_anyone()
    one.session.set_note(one.held[0].id, "wants  the\nblue one")
    assert two.held[0].note == "wants the blue one"
    with pytest.raises(RefusedError, match="200 characters"):
        one.session.set_note(one.held[0].id, "x" * 201)
    with pytest.raises(RefusedError, match="on hold here"):
        two.session.set_note(two.held[0].id, "not mine")


async def test_history_moves_along_with_the_caller() -> None:
    one, two, three = await office("agent1", "agent2", "agent3")
    one.holding_for_anyone()
    await two.picks_up()
    new = two.follows_refer(one.referred_to)
    two.user_agent.acknowledge(new)
    two.session.act(RequestHoldForAnyone(new))
    two.user_agent.accept_reinvite(new)
    (row,) = three.held
    assert row.holder_name == "Agent Two"
    assert len(row.history) == 1
    assert "Agent One put the caller on hold" in row.history[0]


async def test_reminder_and_recall_come_to_the_holder() -> None:
    (one,) = await office("agent1", reminder_seconds=60, recall_seconds=180)
    one.holding_for_anyone()
    one.clock.turn(61)
    assert "still on hold for anyone" in one.notices[-1].text
    one.clock.turn(120)
    assert one.session.view.calls[0].recall


async def test_a_park_orbit_takes_the_caller_and_gives_them_to_whoever_dials_it() -> None:
    one, two = await office("agent1", "agent2", park_orbit="sip:701@example.com")
    held = one.holding_for_anyone()
    assert one.referred_to == "sip:701@example.com"
    assert two.held == ()
    one.user_agent.refer_progress(held, 200, True)
    one.user_agent.end(held)
    task = await two.picks_up()
    assert two.dialed.target == "sip:701@example.com"
    two.user_agent.acknowledge(two.dialed.call)
    await task
    assert how_it_ended(one.board) == (HeldEnd.PICKED_UP, "agent2")


async def test_a_park_orbit_that_refuses_leaves_the_caller_here_for_anyone() -> None:
    one, two = await office("agent1", "agent2", park_orbit="sip:701@example.com")
    held = one.holding_for_anyone()
    one.user_agent.refer_refused(held, 404)
    assert two.held[0].pick_up
    assert not one.hung_up(held)


async def test_a_transfer_ends_our_leg_once_it_has_worked() -> None:
    (one,) = await office("agent1")
    call = one.talking()
    one.session.transfer(call, "agent2")
    assert one.referred_to == "sip:agent2@example.com"
    one.user_agent.refer_accepted(call)
    assert not one.hung_up(call)
    one.user_agent.refer_progress(call, 200, True)
    assert one.hung_up(call)
    one.user_agent.end(call)
    assert one.log.records[0].outcome is Outcome.TRANSFERRED


async def test_a_transfer_that_fails_leaves_the_call_with_the_agent() -> None:
    (one,) = await office("agent1")
    call = one.talking()
    one.session.transfer(call, "agent2")
    one.user_agent.refer_accepted(call)
    one.user_agent.refer_progress(call, 486, True)
    assert one.session.view.calls[0].status is CallStatus.ACTIVE
    assert "still yours" in one.notices[-1].text


async def test_a_user_agent_that_dies_leaves_its_callers_to_be_taken_over_for_a_while() -> None:
    one, two = await office("agent1", "agent2")
    one.holding_for_anyone()
    one.user_agent.die()
    await settle()
    assert two.held
    one.clock.turn(91)
    assert how_it_ended(one.board) == (HeldEnd.LOST, "")


async def test_presence_is_told_and_seen() -> None:
    one, two = await office("agent1", "agent2")
    two.talking()
    shown = {each.login: each.availability.value for each in one.session.view.colleagues}
    assert shown == {"agent2": "on-a-call", "agent3": "signed-out"}


async def test_an_agent_hears_of_a_second_softphone_with_their_login() -> None:
    (one,) = await office("agent1")
    twin = FakePresence("agent1", one.board, "elsewhere", "front desk")
    twin.announce(Availability.FREE)
    assert [notice.text for notice in one.notices if "front desk" in notice.text]
    twin.announce(Availability.AWAY)
    assert len(one.notices) == 1


async def test_the_token_is_in_nobodys_journal() -> None:
    one, two = await office("agent1", "agent2")
    one.holding_for_anyone()
    await two.picks_up()
    token = one.referred_to.partition(";pickup=")[2]
    two.user_agent.acknowledge(two.follows_refer(one.referred_to))
    assert token
    assert token not in repr(one.journal) + repr(two.journal)


async def test_whoever_cannot_be_answered_in_time_is_sent_back_at_once() -> None:
    one, two = await office("agent1", "agent2")
    held = one.holding_for_anyone()
    task = await two.picks_up()
    two.session.dial("sip:somebody@example.com")  # a call that cannot be put on hold yet
    new = two.follows_refer(one.referred_to)
    assert two.session.view.prompt is not None
    two.clock.turn(29)
    assert two.answers(new)[-1] == 180
    two.clock.turn(2)
    assert two.answers(new)[-1] == 480
    with pytest.raises(UserFacingError, match="in time"):
        await task
    assert nothing_is_claimed(one.board)
    assert not one.hung_up(held)


async def test_a_take_over_nobody_answers_is_given_up() -> None:
    one, two = await office("agent1", "agent2")
    one.holding_for_anyone()
    one.board.lose(one.held_calls.station)
    task = await two.picks_up()
    two.clock.turn(31)
    with pytest.raises(UserFacingError, match="in time"):
        await task
    assert two.hung_up(two.dialed.call)


async def test_a_caller_given_up_as_lost_who_is_still_here_is_listed_anew() -> None:
    one, two = await office("agent1", "agent2")
    call = one.holding_for_anyone()
    first = two.held[0].id
    one.board.finish(first, HeldEnd.LOST, "")
    assert [row.call for row in one.held] == [call]
    assert two.held[0].id != first


async def test_closing_the_softphone_ends_its_rows_at_once() -> None:
    one, two = await office("agent1", "agent2")
    one.holding_for_anyone()
    await one.session.stop()
    assert how_it_ended(one.board) == (HeldEnd.HUNG_UP, "")
    assert not two.held


async def test_closing_after_the_user_agent_died_leaves_no_row_behind() -> None:
    (one,) = await office("agent1")
    one.holding_for_anyone()
    one.user_agent.die()
    await one.session.stop()
    assert how_it_ended(one.board) == (HeldEnd.LOST, "")
    assert not one.clock.timers


@pytest.mark.parametrize("answered", [False, True])
async def test_two_invites_with_one_token_take_one_line_and_lose_none(answered: bool) -> None:
    one, two = await office("agent1", "agent2")
    held = one.holding_for_anyone()
    task = await two.picks_up()
    first = two.follows_refer(one.referred_to)
    if answered:
        two.user_agent.acknowledge(first)
    second = two.follows_refer(one.referred_to)
    assert two.answers(second) == [480]
    two.user_agent.end(second)
    if not answered:
        two.user_agent.acknowledge(first)
    assert await task == first
    assert [call.id for call in two.session.view.calls] == [first]
    assert one.hung_up(held)


async def test_two_invites_with_one_token_before_the_claim_is_answered_lose_no_line() -> None:
    one, two = await office("agent1", "agent2")
    one.holding_for_anyone()
    claim = two.held_calls.claim
    answers = asyncio.Event()

    async def slow(held_call: str, address: str) -> Claim:
        claimed = await claim(held_call, address)
        await answers.wait()
        return claimed

    two.held_calls.claim = slow  # type: ignore[method-assign]
    task = await two.picks_up()
    first, second = two.follows_refer(one.referred_to), two.follows_refer(one.referred_to)
    assert two.answers(second) == [480]
    two.user_agent.end(second)
    answers.set()
    await settle()
    assert two.answers(first) == [200]
    two.user_agent.acknowledge(first)
    assert await task == first
    assert [call.id for call in two.session.view.calls] == [first]


async def test_two_claimers_calls_with_one_token_are_joined_once_and_the_other_is_let_go() -> None:
    one, two = await office("agent1", "agent2")
    held = one.holding_for_anyone()
    task = await two.picks_up()
    one.user_agent.refer_refused(held, 603)
    leg, other = one.follows_refer(two.dialed.target), one.follows_refer(two.dialed.target)
    assert (one.answers(leg), one.answers(other)) == ([200], [480])
    one.user_agent.end(other)
    one.user_agent.acknowledge(leg)
    assert [call.id for call in one.session.view.calls] == [held]
    two.user_agent.acknowledge(two.dialed.call)
    assert await task == two.dialed.call
