"""What an officer looks for: words, and filters."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.clues import ClueState
from domain.labels import N_, Labelled

# How clues are quoted, 〔2026〕12号, in the pieces that a query is cut into.
_NUMBER = re.compile(r"([0-9]{1,9})(年|号)?")


class Kind(Labelled):
    """What can be found."""

    CLUE = "clue", N_("问题线索")
    FILE = "file", N_("廉政档案")


@dataclass(frozen=True, slots=True)
class Word:
    """One word to look for.

    Attributes:
        text: the word as it was understood.
        pattern: a regular expression that finds it, and what else it means, in text as people
            write it; one that Python and PostgreSQL read alike.
    """

    text: str
    pattern: str

    @property
    def whole(self) -> str:
        """The pattern for a text that says nothing else."""
        return f"^({self.pattern})$"

    @property
    def beginning(self) -> str:
        """The pattern for a text that begins so."""
        return f"^({self.pattern})"

    def among(self, *texts: str) -> bool:
        """Whether one of some texts has the word in it."""
        return any(re.search(self.pattern, text) for text in texts)

    @property
    def numbers(self) -> dict[str, int]:
        """The year and the serial number of a clue that it may mean; empty for no number."""
        found = _NUMBER.fullmatch(self.text)
        if found is None:
            return {}
        names = {"年": ["year"], "号": ["serial"]}.get(found[2], ["year", "serial"])
        return dict.fromkeys(names, int(found[1]))


@dataclass(frozen=True, slots=True)
class Asked:
    """All of some words, narrowed by the filters that are set."""

    words: tuple[Word, ...] = ()
    kind: Kind | None = None
    category: str = ""
    state: ClueState | None = None
    unit: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether any filter is set."""
        return self != Asked(self.words)

    @property
    def patterns(self) -> list[str]:
        """The words' patterns."""
        return [word.pattern for word in self.words]
