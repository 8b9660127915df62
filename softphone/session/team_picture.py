"""Draws the team's part of the SessionView: held callers and colleagues."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from softphone.model.colleague import Availability, Colleague
from softphone.model.held_call import HeldCall
from softphone.model.view import ColleagueView, HeldCallView
from softphone.ports import NumberPlan
from softphone.session.facts import party
from softphone.session.who import Who

Since = Callable[[datetime], float]


def held_call_view(
    held: HeldCall, own_call: str, *, picking: bool, pick_up: bool, who: Who, numbers: NumberPlan, since: Since
) -> HeldCallView:
    """One held caller; *own_call* is our call they are on hold in, or empty."""
    remote = party(held.remote_uri, numbers)
    return HeldCallView(
        id=held.id,
        remote=replace(remote, name=held.remote_name),
        tracking_number=held.tracking_number,
        tracking_number_text=numbers.for_people(held.tracking_number) if held.tracking_number else "",
        label=held.label,
        holder=held.holder,
        holder_name=who.name_of(held.holder),
        held_since=since(held.held_since),
        note=held.note,
        call=own_call,
        claimed_by=who.name_of(held.claimed_by) if held.claimed_by else "",
        picking=picking,
        pick_up=pick_up and not own_call and not picking and not held.claimed_by,
        holder_gone=held.holder_gone,
        history=held.history,
    )


def colleague_views(colleagues: tuple[Colleague, ...], who: Who, since: Since) -> tuple[ColleagueView, ...]:
    """Everybody of the directory but this agent; who has not been seen is signed out."""
    there = {colleague.login: colleague for colleague in colleagues}
    users = [user for user in who.team().users if user.login != who.me()]
    return tuple(
        ColleagueView(
            user.login,
            user.name or user.login,
            there[user.login].availability if user.login in there else Availability.SIGNED_OUT,
            since(there[user.login].since) if user.login in there else 0.0,
            user.sip_uri,
        )
        for user in users
    )
