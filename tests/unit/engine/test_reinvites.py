"""One re-INVITE at a time, in the order asked for."""

from softphone.engine.reinvites import Reinvite, ReinviteQueue


def test_the_second_waits_for_the_answer_to_the_first() -> None:
    queue = ReinviteQueue()
    queue.ask(Reinvite.HOLD)
    queue.ask(Reinvite.RESUME)
    assert queue.begin() is Reinvite.HOLD
    queue.request_sent()
    assert queue.due is None
    assert queue.final_answer() is Reinvite.HOLD
    assert queue.due is Reinvite.RESUME


def test_a_challenge_is_not_the_answer() -> None:
    queue = ReinviteQueue()
    queue.ask(Reinvite.HOLD)
    queue.begin()
    queue.request_sent()
    queue.request_sent()  # with credentials, sent before the first transaction is reported as ended
    assert queue.final_answer() is None
    assert queue.final_answer() is Reinvite.HOLD


def test_what_could_not_be_sent_keeps_its_place() -> None:
    queue = ReinviteQueue()
    queue.ask(Reinvite.HOLD)
    queue.ask(Reinvite.RESUME)
    queue.begin()
    queue.put_back()
    assert queue.begin() is Reinvite.HOLD


def test_what_cannot_be_sent_makes_room_for_the_next() -> None:
    queue = ReinviteQueue()
    queue.ask(Reinvite.HOLD)
    queue.ask(Reinvite.RESUME)
    queue.begin()
    queue.drop()
    assert queue.due is Reinvite.RESUME


def test_answers_to_requests_of_pjsips_own_are_nobodys() -> None:
    queue = ReinviteQueue()
    queue.request_sent()
    assert queue.final_answer() is None
    queue.put_back()
    assert queue.due is None
