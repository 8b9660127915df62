"""What leads to an agent: the reasons why a user cannot be deleted."""

from __future__ import annotations

from softphone.model.profile import NoAnswer, Team
from softphone.policy.wording import name_of


def uses_of(login: str, team: Team) -> tuple[str, ...]:
    """The tracking numbers and no-answer routes that lead to *login*, one text each; empty when nothing does."""
    numbers = (
        f"the tracking number {number.number}" + (f" ({number.label})" if number.label else "")
        for number in team.direct_lines(login)
    )
    routes = (
        f"the no-answer route of {name_of(user)}"
        for user in team.users
        if user.login != login and user.queue.no_answer is NoAnswer.AGENT and user.queue.no_answer_target == login
    )
    return (*numbers, *routes)
