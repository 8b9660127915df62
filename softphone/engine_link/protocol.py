"""JSON lines between app and engine: one schema for both sides.

A line is ``{"v":1,"type":"Hold","body":{"call":"c1"}}``. The bodies are the model's own frozen
dataclasses, so no second set of types has to be kept equal to them; the tag stands beside the body
(adjacent tagging), which is how msgspec checks a union of dataclasses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, get_args

import msgspec

from softphone.model.ua_commands import UaCommand
from softphone.model.ua_events import UaEvent

PROTOCOL_VERSION = 1
LINE_LIMIT = 1 << 20  # bytes; a SIP message of 64 KiB with every byte escaped fits

T = TypeVar("T")


class BadLineError(ValueError):
    """A line is not a message of this schema. The text never repeats the line: it may hold a secret."""


class _Envelope(msgspec.Struct, frozen=True):
    v: int
    type: str
    body: msgspec.Raw


_ENVELOPES = msgspec.json.Decoder(_Envelope)
_COMMANDS: dict[str, type] = {command.__name__: command for command in get_args(UaCommand)}


def _name(value: object) -> str:
    """The kind of command an event speaks of is its name on the line."""
    if isinstance(value, type):
        return value.__name__
    raise NotImplementedError


def _command(_type: type, name: object) -> type:
    if not isinstance(name, str) or name not in _COMMANDS:
        raise ValueError("no command of this name")
    return _COMMANDS[name]


_ENCODER = msgspec.json.Encoder(enc_hook=_name)


def encode(message: UaCommand | UaEvent) -> bytes:
    """One line, its line feed included. Never raises: what UTF-8 cannot hold becomes a question mark."""
    try:
        return _line(message, message)
    except UnicodeEncodeError:
        return _line(message, _writable(msgspec.to_builtins(message, enc_hook=_name)))


def send(message: UaCommand | UaEvent, *, write: Callable[[bytes], object]) -> None:
    """Have *message* written as one line."""
    write(encode(message))


def _line(message: UaCommand | UaEvent, body: object) -> bytes:
    return _ENCODER.encode({"v": PROTOCOL_VERSION, "type": type(message).__name__, "body": body}) + b"\n"


def _writable(value: object) -> object:
    """A lone surrogate is a byte that somebody's system could not read; no encoding knows it."""
    match value:
        case str():
            return value.encode(errors="replace").decode()
        case dict():
            return {name: _writable(part) for name, part in value.items()}
        case list() | tuple():
            return [_writable(part) for part in value]
    return value


class LineDecoder(Generic[T]):
    """Reads lines of one direction."""

    def __init__(self, union: object) -> None:
        self._decoders: dict[str, msgspec.json.Decoder[T]] = {
            kind.__name__: msgspec.json.Decoder(kind, dec_hook=_command) for kind in get_args(union)
        }

    def decode(self, line: bytes) -> T:
        """The message in *line*. Raises BadLineError when it is malformed, unknown or of another version."""
        try:
            envelope = _ENVELOPES.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BadLineError(f"not a message: {_without_content(error)}") from None
        if envelope.v != PROTOCOL_VERSION:
            raise BadLineError(f"protocol version {envelope.v}, this is version {PROTOCOL_VERSION}")
        decoder = self._decoders.get(envelope.type)
        if decoder is None:
            raise BadLineError("a message of an unknown type")
        try:
            return decoder.decode(envelope.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BadLineError(f"{envelope.type}: {_without_content(error)}") from None


def _without_content(error: Exception) -> str:
    """msgspec names types and paths, which are ours; any quoted value is cut."""
    return str(error).partition("'")[0].strip() or type(error).__name__


COMMANDS: LineDecoder[UaCommand] = LineDecoder(UaCommand)
EVENTS: LineDecoder[UaEvent] = LineDecoder(UaEvent)
