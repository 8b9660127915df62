"""Letters for the keyboard: labels come from declarations, which know nothing of the page they stand on."""

from __future__ import annotations


class Mnemonics:
    """Gives each label of one page a letter no other has; Alt with it goes to the control."""

    def __init__(self, taken: str = "") -> None:
        self._taken = set(taken.casefold())

    def give(self, label: str) -> str:
        """*label* with its letter marked, unmarked when every letter is taken; first letters of words first."""
        text = label.replace("&", "&&")
        places = sorted(range(len(text)), key=lambda place: not (place == 0 or text[place - 1] == " "))
        for place in places:
            letter = text[place].casefold()
            if letter.isalpha() and letter not in self._taken:
                self._taken.add(letter)
                return f"{text[:place]}&{text[place:]}"
        return text
