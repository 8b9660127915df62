"""One re-INVITE at a time, and the last wish counts."""

from softphone.engine.sip.reinvites import Reinvite, ReinviteQueue


def sent(queue: ReinviteQueue) -> Reinvite:
    kind = queue.begin()
    queue.request_sent(1)
    return kind


def test_the_second_waits_for_the_answer_to_the_first_which_is_not_told() -> None:
    queue = ReinviteQueue()
    queue.ask(Reinvite.HOLD)
    assert sent(queue) is Reinvite.HOLD
    queue.ask(Reinvite.RESUME)
    assert queue.due is None
    assert queue.final_answer(1) is None
    assert sent(queue) is Reinvite.RESUME
    assert queue.final_answer(1) is Reinvite.RESUME


def test_a_wish_taken_back_in_time_leaves_the_one_under_way() -> None:
    queue = ReinviteQueue()
    queue.ask(Reinvite.HOLD)
    sent(queue)
    queue.ask(Reinvite.RESUME)
    queue.ask(Reinvite.HOLD)
    assert queue.final_answer(1) is Reinvite.HOLD
    assert queue.due is None


def test_a_later_wish_takes_the_place_of_one_not_yet_sent() -> None:
    queue = ReinviteQueue()
    queue.ask(Reinvite.HOLD)
    queue.ask(Reinvite.RESUME)
    assert queue.begin() is Reinvite.RESUME


def test_a_challenge_is_not_the_answer() -> None:
    queue = ReinviteQueue()
    queue.ask(Reinvite.HOLD)
    queue.begin()
    queue.request_sent(1)
    queue.request_sent(2)  # with credentials, sent before the first transaction is reported as ended, if it is at all
    assert queue.final_answer(1) is None
    assert queue.final_answer(2) is Reinvite.HOLD


def test_a_challenge_that_is_not_reported_keeps_nobody_waiting() -> None:
    queue = ReinviteQueue()
    queue.ask(Reinvite.HOLD)
    queue.begin()
    queue.request_sent(1)
    queue.request_sent(2)
    assert queue.final_answer(2) is Reinvite.HOLD


def test_what_could_not_be_sent_waits_unless_the_wish_has_changed() -> None:
    queue = ReinviteQueue()
    queue.ask(Reinvite.HOLD)
    queue.begin()
    queue.put_back()
    assert queue.begin() is Reinvite.HOLD
    queue.ask(Reinvite.RESUME)
    queue.put_back()
    assert queue.due is Reinvite.RESUME


def test_what_cannot_be_sent_makes_room_for_the_next() -> None:
    queue = ReinviteQueue()
    queue.ask(Reinvite.HOLD)
    queue.begin()
    queue.drop()
    queue.ask(Reinvite.RESUME)
    assert queue.due is Reinvite.RESUME


def test_answers_to_requests_of_pjsips_own_are_nobodys() -> None:
    queue = ReinviteQueue()
    queue.request_sent(1)
    assert queue.final_answer(1) is None
    queue.put_back()
    assert queue.due is None
