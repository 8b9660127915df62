"""What users and tracking numbers have to be. Dialogs, the CSV import and the provisioning file all ask here.

The functions named ``…_problem`` return words that can follow the field's name, empty when all is well;
``check_user`` and ``check_number`` return sentences by field.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping

from softphone.errors import sentence
from softphone.model.options import declared
from softphone.model.profile import NoAnswer, Route, RouteKind, Team, TrackingNumber, UserProfile, UserQueue
from softphone.model.sip import SipUri, is_safe_header_value
from softphone.policy.admin.team_rules import no_answer_loop

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_LOGIN = re.compile(r"[^\s:]+")
_OTHER_SCHEMES = ("sip", "sips", "tel")
_ROUTES = tuple(f"{kind}:" for kind in (RouteKind.AGENT, RouteKind.QUEUE))


def check_user(user: UserProfile, team: Team, previous_login: str = "") -> dict[str, str]:
    """What is wrong with *user*, by field name; empty when they can be saved.

    *previous_login* is the login of the user being edited, empty for a new one.
    """
    edited = team.with_user(user)
    logins = {other.login for other in edited.users}
    return _sentences(
        {
            "login": login_problem(user.login) or _login_taken(user.login, team, previous_login),
            "name": text_problem(user.name),
            "sip_uri": sip_address_problem(user.sip_uri) if user.sip_uri else "",
            "ring_seconds": ring_seconds_problem(user.queue.ring_seconds),
            "no_answer_target": no_answer_problem(user, logins) or loop_problem(user.login, edited),
        }
    )


def check_number(number: TrackingNumber, team: Team, previous: str = "") -> dict[str, str]:
    """What is wrong with *number*, by field name; empty when it can be saved.

    *previous* is the E.164 form of the number being edited, empty for a new one. What could not be read
    as a number is handed in as it was typed.
    """
    logins = {user.login for user in team.users}
    return _sentences(
        {
            "number": number_problem(number.number) or _number_taken(number.number, team, previous),
            "label": text_problem(number.label),
            "route": route_problem(number.route, logins),
        }
    )


def login_problem(login: str) -> str:
    """What is wrong with a login by itself."""
    if not login:
        return "a login is missing"
    if not _LOGIN.fullmatch(login):
        return f"“{login}” contains a blank or a colon"
    return text_problem(login)


def text_problem(text: str) -> str:
    """What is wrong with a text that may stand in a SIP header."""
    return "" if is_safe_header_value(text) else "the text contains a line break or another control character"


def sip_address_problem(text: str) -> str:
    """What is wrong with a SIP address (a tel URI is none)."""
    try:
        scheme = SipUri.parse(text).scheme
    except ValueError as error:
        return str(error)
    return f"“{text}” is not a SIP address such as sip:name@example.com" if scheme == "tel" else ""


def number_problem(number: str) -> str:
    """What is wrong with the E.164 form of a number."""
    if not number:
        return "a number is missing"
    return "" if _E164.fullmatch(number) else f"“{number}” is no phone number"


def ring_seconds_problem(seconds: int) -> str:
    """What is wrong with a ring time."""
    range_ = declared(UserQueue, "ring_seconds")
    if range_.low <= seconds <= range_.high:
        return ""
    return f"the ring time has to be {range_.low} to {range_.high} seconds, not {seconds}"


def unknown_user(login: str, logins: Collection[str]) -> str:
    """What to say about a login nobody has."""
    return f"there is no user “{login}”{suggestion(login, logins)}"


def no_answer_problem(user: UserProfile, logins: Collection[str]) -> str:
    """What is wrong with the target of a no-answer route, *logins* being all there are."""
    route, target = user.queue.no_answer, user.queue.no_answer_target
    if route is NoAnswer.HANG_UP:
        return "callers who are hung up on need no target: leave it empty" if target else ""
    if route is NoAnswer.VOICEMAIL:
        return sip_address_problem(target) if target else "the SIP address of a voicemail box is missing"
    if not target:
        return "an agent to route to is missing"
    if target == user.login:
        return "callers cannot be routed back to the same agent; choose another one"
    return "" if target in logins else unknown_user(target, logins)


def loop_problem(login: str, team: Team) -> str:
    """Which circle the no-answer route of *login* closes; a circle of others that it leads to is not its fault."""
    loop = no_answer_loop(login, team)
    if login not in loop:
        return ""
    return f"callers would go round in a circle: {loop_in_words((*loop, loop[0]), team)}; choose another agent"


def loop_in_words(logins: Collection[str], team: Team) -> str:
    """Agents by name, in order."""
    people = (team.user(login) for login in logins)
    return " → ".join(user.known_as for user in people if user is not None)


def route_problem(route: Route, logins: Collection[str]) -> str:
    """What is wrong with the route of a tracking number, *logins* being all there are."""
    target = route.target
    if not target:
        return "a route is missing"
    if not is_safe_header_value(target):
        return text_problem(target)
    if route.kind is RouteKind.AGENT:
        return "" if target in logins else unknown_user(target, logins)
    return _other_route_problem(target, logins) if route.kind is RouteKind.OTHER else ""


def _other_route_problem(target: str, logins: Collection[str]) -> str:
    scheme, colon, _ = target.partition(":")
    if target in logins:
        return f"“{target}” is no route; did you mean “{RouteKind.AGENT}:{target}”?"
    if colon and scheme not in _OTHER_SCHEMES:
        return f"“{target}” is no route{suggestion(scheme + colon, _ROUTES)}"
    return ""


def _login_taken(login: str, team: Team, previous_login: str) -> str:
    if previous_login:
        return "" if login == previous_login else "a login cannot be changed; duplicate the user under the new one"
    taken = next((user.login for user in team.users if user.login.casefold() == login.casefold()), "")
    return f"there is a user “{taken}” already" if taken else ""


def _number_taken(number: str, team: Team, previous: str) -> str:
    taken = None if number == previous else team.tracking_number(number)
    if taken is None:
        return ""
    return f"there is a tracking number {number} already" + (f", “{taken.label}”" if taken.label else "")


def _sentences(problems: Mapping[str, str]) -> dict[str, str]:
    return {field: sentence(problem) for field, problem in problems.items() if problem}


_MOST_COMPARED = 200  # beyond that looking for a likeness takes longer than a file of bad lines may


def suggestion(word: str, known: Collection[str]) -> str:
    """A question about what was meant, when one of a few known words is close to *word*."""
    close = difflib.get_close_matches(word, known, n=1) if len(known) <= _MOST_COMPARED else []
    return f"; did you mean “{close[0]}”?" if close else ""
