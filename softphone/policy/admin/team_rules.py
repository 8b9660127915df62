"""What holds for a team as a whole: who uses whom, circles of routes, and who joins it."""

from __future__ import annotations

from softphone.model.profile import NoAnswer, Role, Team, UserProfile


def uses_of(login: str, team: Team) -> tuple[str, ...]:
    """The tracking numbers and no-answer routes that lead to *login*, one text each; empty when nothing does."""
    numbers = (
        f"the tracking number {number.number}" + (f" ({number.label})" if number.label else "")
        for number in team.direct_lines(login)
    )
    routes = (
        f"the no-answer route of {user.known_as}"
        for user in team.users
        if user.login != login and user.queue.no_answer is NoAnswer.AGENT and user.queue.no_answer_target == login
    )
    return (*numbers, *routes)


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


def newcomer(login: str, name: str, sip_uri: str, team: Team) -> UserProfile:
    """The user to add; the first one of all is an admin, as there is nobody else to be it."""
    return UserProfile(login, name, sip_uri, Role.AGENT if team.users else Role.ADMIN)
