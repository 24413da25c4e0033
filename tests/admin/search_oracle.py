"""What an officer may find, recounted in plain Python over all rows: knows no SQL and no pattern."""

from __future__ import annotations

import re

import sqlalchemy as sa

from domain import categories
from domain.clock import utc_now
from domain.clues import Clue
from domain.db import Session
from domain.integrity import Entry
from domain.officials import Official
from domain.permissions import Permission
from domain.readings import Reading
from domain.recusal import Recusal
from search.asking import wanted
from search.lexicon import Lexicon
from search.words import fold
from tests.fixtures.county import County

# In whose office the clues of somebody's making are.
OFFICES = {"intake": "信访室", "investigator": "纪检监察室", "cadre": "干部监督室"}


class Oracle:
    """All rows, and what follows from them for one officer."""

    def __init__(self, session: Session, county: County, username: str, lexicon: Lexicon) -> None:
        session.rollback()
        self.county, self.me, self.lexicon = county, county.staff[username], lexicon
        self.clues = list(session.scalars(sa.select(Clue)))
        self.officials = list(session.scalars(sa.select(Official)))
        self.entries = list(session.scalars(sa.select(Entry)))
        self.readings = list(session.scalars(sa.select(Reading)))
        self.recusals = list(session.scalars(sa.select(Recusal)))

    def barred(self, official: Official) -> bool:
        return (
            official.id == self.me.official_id
            or any((r.staff_id, r.official_id) == (self.me.id, official.id) for r in self.recusals)
            or any(t.post.unit_id == self.me.unit_id for t in official.tenures)
        )

    def my_clues(self) -> list[Clue]:
        mine = self.me.username
        return [
            clue
            for clue in self.clues
            if self.me.may(Permission.CLUE_READ)
            and not self.barred(clue.official)
            and (self.me.may(Permission.CLUE_READ_ALL) or clue.office.name == OFFICES.get(mine))
        ]

    def my_files(self) -> list[Official]:
        may = self.me.may(Permission.INTEGRITY_READ)
        return [one for one in self.officials if may and not self.barred(one)]

    def reads(self, official: Official) -> bool:
        return any(
            (r.staff_id, r.subject) == (self.me.id, f"integrity:{official.id}")
            and r.expires_at > utc_now()
            for r in self.readings
        )

    def has(self, text: str, *, clue: Clue | None = None, file: Official | None = None) -> bool:
        """Whether every word of a query is somewhere in a clue or a file."""
        words = wanted(text, self.lexicon).words
        return all(
            any(self.says(form.text, clue, file) for form in word.forms)
            or (clue is not None and numbered(word.text, clue))
            or (file is not None and any(numbered(word.text, c) for c in self.told(file)))
            for word in words
        )

    def told(self, official: Official) -> list[Clue]:
        """The clues that stand in an official's file, if it lies open."""
        named = {f"clues:{clue.id}": clue for clue in self.clues}
        lines = [e for e in self.entries if e.official_id == official.id and self.reads(official)]
        return [named[line.target] for line in lines]

    def says(self, form: str, clue: Clue | None, file: Official | None) -> bool:
        official = clue.official if clue else file
        assert official
        texts = [official.name]
        for tenure in official.tenures:
            texts += [tenure.post.title, tenure.post.unit.name, tenure.post.unit.short_name]
        if clue:
            texts += ["问题线索", "第", "号", categories.label_of(clue.category), clue.source.label]
            texts += [clue.state.label, clue.office.name, clue.handler.name]
        else:
            texts += ["廉政档案"]
            if self.told(official):
                texts += ["问题线索", "第", "号", "已登记，待提出处置意见"]
            if self.reads(official):
                texts += [e.section.label for e in self.entries if e.official_id == official.id]
        return any(form in closed_up(one) for one in texts)


def closed_up(text: str) -> str:
    """Text as it is compared: folded, without the blanks and dots within names."""
    return re.sub("[ ·•‧・]", "", fold(text).text)


def numbered(text: str, clue: Clue) -> bool:
    meant = re.fullmatch("([0-9]{1,9})(年|号)?", text)
    if not meant:
        return False
    numbers = {"年": [clue.year], "号": [clue.serial]}.get(meant[2], [clue.year, clue.serial])
    return int(meant[1]) in numbers
