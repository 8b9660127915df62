"""What went wrong in a call, in plain words, read from what was noted while it lasted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from softphone.model.call_record import CallRecord, Direction, Outcome

Entry = Mapping[str, object]

_CODES = {
    401: "the server did not accept this softphone's user name or password",
    403: "the server does not allow this call",
    404: "nobody has this number or address",
    407: "the server did not accept this softphone's user name or password",
    408: "nobody answered in time, most likely because the other side cannot be reached",
    410: "the number is no longer in use",
    415: "the other side does not understand this softphone's sound",
    480: "the other side is not available",
    481: "the other side no longer knew of the call",
    484: "the number is incomplete",
    486: "the other side is busy",
    487: "the call was given up before it was answered",
    488: "the two sides have no kind of sound in common, or one insists on encryption",
    500: "the other side's telephone or server failed",
    503: "the server is not available",
    504: "a server on the way did not answer",
    600: "the other side is busy",
    603: "the other side declined",
    606: "the two sides have no kind of sound in common, or one insists on encryption",
}


def what_went_wrong(record: CallRecord, entries: Iterable[Entry]) -> tuple[str, ...]:
    """Sentences, the weightiest first; a single one when nothing was wrong. *entries* are the journal's, in order."""
    noted = tuple(entries)
    found = [words for words in (_end(record, noted), *(_on_the_way(entry) for entry in noted)) if words]
    unlike = tuple(dict.fromkeys(found))
    return unlike or (_nothing(record, noted),)


def _end(record: CallRecord, noted: tuple[Entry, ...]) -> str:
    """What the call ended by, where that is no ordinary end."""
    ended = next((entry for entry in reversed(noted) if entry.get("event") == "CallEnded"), None)
    code = _code(ended) if ended else 0
    match record.outcome:
        case Outcome.LOST:
            return "The part of the program that carries the calls failed, and the call was lost with it."
        case Outcome.FAILED:
            return f"The call did not come about: {_reason(ended, code)}."
        case Outcome.ABANDONED:
            return f"The caller gave up after {record.waited_seconds:.0f} seconds without an answer."
        case _ if code >= 400 and record.answered is not None:
            return f"The call was cut off: {_reason(ended, code)}."
    return ""


def _on_the_way(entry: Entry) -> str:
    read = _WORDS.get(str(entry.get("event")))
    return read(entry) if read else ""


def _registration(entry: Entry) -> str:
    if _code(entry) == 200:
        return ""
    return f"Meanwhile this softphone was not registered: {_reason(entry, _code(entry))}."


def _sound(entry: Entry) -> str:
    note = str(entry.get("note", "")).rstrip(".")
    return f"The sound devices changed during the call: {note}." if note else ""


_WORDS: dict[str, Callable[[Entry], str]] = {
    "HoldRefused": lambda entry: f"The other side refused to be put on hold: {_reason(entry, _code(entry))}.",
    "ResumeRefused": lambda entry: f"The other side could not be taken off hold: {_reason(entry, _code(entry))}.",
    "ReferRefused": lambda entry: f"The other side refused to be transferred: {_reason(entry, _code(entry))}.",
    "CommandRefused": lambda entry: f"Something could not be done: {str(entry.get('detail', '')).rstrip('.')}.",
    "EngineLost": lambda _: "The part of the program that carries the calls failed during the call.",
    "RegistrationChanged": _registration,
    "SoundChanged": _sound,
}


def _nothing(record: CallRecord, noted: tuple[Entry, ...]) -> str:
    if not noted:
        return "Nothing is known of it any more: this softphone was started after the call, or on another computer."
    who = "The caller" if record.direction is Direction.INCOMING else "The other side"
    remote = any(entry.get("event") == "CallEnded" and entry.get("by_remote") for entry in noted)
    end = f"{who} ended it" if remote else "It ended on this side"
    return f"Nothing went wrong that this softphone could notice. {end}."


def _reason(entry: Entry | None, code: int) -> str:
    words = _CODES.get(code) or str((entry or {}).get("reason", "")) or "the reason is not known"
    return f"{words} ({code})" if code else words


def _code(entry: Entry) -> int:
    code = entry.get("code", 0)
    return code if isinstance(code, int) else 0
