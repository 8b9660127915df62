"""Circles in the no-answer routes from agent to agent."""

from __future__ import annotations

from softphone.model.profile import NoAnswer, Team


def no_answer_loop(login: str, team: Team) -> tuple[str, ...]:
    """The circle a caller of *login* would be sent round in if nobody answered; empty when there is none.

    Logins in order, each once: the last one's route leads to the first. *login* itself may stand before
    the circle, and then is not in it. Ask with a team in which an edited user replaces the saved one.
    """
    path: list[str] = []
    while login not in path:
        path.append(login)
        user = team.user(login)
        if user is None or user.queue.no_answer is not NoAnswer.AGENT:
            return ()
        login = user.queue.no_answer_target
    return tuple(path[path.index(login) :])
