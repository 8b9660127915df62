"""Checks of values, derived from how the model declares its fields, so that nothing is declared twice."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, get_type_hints

from softphone.model.sip import is_safe_header_value
from softphone.policy.admin.checks import suggestion

_WORDS: dict[object, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    tuple[str, ...]: "a list of texts",
}


@dataclass(frozen=True, slots=True)
class Declaration:
    """What values one field takes. *low* and *high* are inclusive; both 0 for no range."""

    type: Any
    choices: tuple[str, ...] = ()
    low: float = 0
    high: float = 0

    def read(self, value: object) -> object:
        """*value* as the model wants it. Raises ValueError, in words that follow the field's name."""
        converted = self._converted(value)
        if self.choices and value not in self.choices:
            raise ValueError(f"“{value}” is not one of {', '.join(self.choices)}{suggestion(str(value), self.choices)}")
        if self.low or self.high:
            self._check_range(converted)
        return self.type(converted) if self._is_enum() else converted

    def _converted(self, value: object) -> object:
        wanted = str if self._is_enum() else self.type
        if wanted is float and type(value) is int:
            return float(value)
        if wanted == tuple[str, ...] and isinstance(value, (list, tuple)):
            return tuple(_checked_text(element) for element in value)
        if wanted is str and isinstance(value, str):
            return _checked_text(value)
        if type(value) is not wanted:
            raise ValueError(f"is not {_WORDS[wanted]}")
        return value

    def _is_enum(self) -> bool:
        return isinstance(self.type, type) and issubclass(self.type, StrEnum)

    def _check_range(self, value: Any) -> None:
        if value < self.low:
            raise ValueError(f"{value} is less than {self.low}")
        if not value <= self.high:  # in this form a “nan” is refused too
            raise ValueError(f"{value} is more than {self.high}")


@cache
def declarations(of: type) -> Mapping[str, Declaration]:
    """The plain fields of a dataclass of the model; fields that are dataclasses themselves are left out."""
    hints = get_type_hints(of)
    return {
        field.name: _declaration(field, hints[field.name])
        for field in dataclasses.fields(of)
        if not dataclasses.is_dataclass(hints[field.name])
    }


def _declaration(field: dataclasses.Field[Any], kind: Any) -> Declaration:
    enum = isinstance(kind, type) and issubclass(kind, StrEnum)
    choices = tuple(str(choice) for choice in kind) if enum else field.metadata.get("choices", ())
    return Declaration(kind, choices, field.metadata.get("low", 0), field.metadata.get("high", 0))


def _checked_text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("is not a list of texts")
    if not is_safe_header_value(value):
        raise ValueError("contains a line break or another control character")
    return str(value)
