"""Whoever sets a softphone up for themselves becomes one of the team."""

from __future__ import annotations

from softphone.model.profile import Role, Team, UserProfile


def newcomer(login: str, name: str, sip_uri: str, team: Team) -> UserProfile:
    """The user to add; the first one of all is an admin, as there is nobody else to be it."""
    return UserProfile(login, name, sip_uri, Role.AGENT if team.users else Role.ADMIN)
