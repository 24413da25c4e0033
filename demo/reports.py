"""Some hundred reports in every state, the letters about them, and the clues that some become."""

from __future__ import annotations

import secrets
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from demo.cases import Case
from demo.chance import NOW, TODAY, chance, in_office, later
from demo.data import lines, sections
from demo.names import people as invent
from domain import files, sealing
from domain.categories import Matter
from domain.clock import local_day
from domain.officials import ManagedBy, Official, Post
from domain.reports import LARGEST_FILE, PUBLIC_WORDS, FileKey, Identity, Submission
from domain.subjects import Subject
from domain.triage import DeclineReason
from domain.units import UnitKind

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from sqlalchemy.orm import Session

    from demo.officials import Posts
    from demo.staff import People
    from demo.timeline import Timeline
    from demo.units import Place
    from domain.staff import Staff

COUNT = 300
# The first reports, whose receipts really open them: what becomes of each, and how many days ago
# it came.
SHOWN = (
    ("new", 1),
    ("asked", 12),
    ("answered", 20),
    ("accepted", 30),
    ("clue", 75),
    ("declined", 40),
    ("referred", 50),
    ("passed_clue", 110),
)
_FATES = {
    "accepted": 9,
    "clue": 16,
    "declined": 32,
    "referred": 19,
    "passed_clue": 7,
    "passed": 3,
    "answered": 8,
    "asked": 6,
}
# What may have become of a report that came in the last weeks.
_RECENT_FATES = {
    "opened": 16,
    "asked": 18,
    "answered": 14,
    "accepted": 14,
    "clue": 4,
    "declined": 12,
    "referred": 6,
    "passed": 10,
}
_OLDEST_DAYS = 680
_PATIENCE = 45
_INVESTIGATE = {
    "第一纪检监察室": "jiancha",
    "第二纪检监察室": "jiancha2",
    "派驻第一纪检监察组": "paizhu",
}
_WRITTEN_BY = "（演示数据，情节虚构）"


@dataclass(frozen=True)
class Story:
    """A line of stories.txt."""

    places: tuple[str, ...]
    matter: Matter
    category: str
    power: str
    title: str
    happened: str


class Desk:
    """Makes the cases and puts their steps on the timeline."""

    def __init__(
        self,
        session: Session,
        found: list[Place],
        posts: Posts,
        people: People,
        powers: dict[str, list[str]],
    ) -> None:
        self._session = session
        self._places = {place.code: place for place in found}
        self._posts = posts
        self._people = people
        self._powers = powers
        self._letters = {
            name: [text for fields in part for text in fields]
            for name, part in sections("letters.txt").items()
        }
        self._stories = [_story(fields) for fields in lines("stories.txt")]
        self._names = invent(COUNT * 2, chance("reporters"))
        self._picture = _picture()

    def say(self, name: str, draw: Random) -> str:
        """One of the letters or words of that name."""
        return draw.choice(self._letters[name])

    def run(self, timeline: Timeline, count: int) -> list[tuple[str, Case]]:
        """Plan so many reports; the first ones come back with their receipts."""
        receipts = [sealing.new_receipt() for _ in SHOWN[:count]]
        with ThreadPoolExecutor() as pool:
            keys = list(pool.map(sealing.receipt_keys, receipts))
        shown = []
        for number in range(count):
            draw = chance("report", number)
            if number < len(keys):
                fate, age = SHOWN[number]
            else:
                age = int(draw.random() ** 1.6 * _OLDEST_DAYS)
                fate = _fate(age, draw)
            arrived = min(in_office(TODAY - timedelta(days=age), draw), NOW - timedelta(hours=1))
            case = self._case(number, arrived, draw, keys[number] if number < len(keys) else None)
            self._plan(timeline, case, fate, arrived, draw)
            if number < len(keys):
                shown.append((receipts[number], case))
        return shown

    def _case(
        self, number: int, arrived: datetime, draw: Random, keys: sealing.ReceiptKeys | None
    ) -> Case:
        story, code = self._story_and_place(number, draw)
        post, official = self._about(code, draw)
        words = self._words(post, draw)
        named = draw.random() < 0.36
        in_post = self._posts.since[post.id] <= local_day(arrived)
        known = in_post and draw.random() > 0.12
        subject = Subject(
            unit_id=post.unit_id,
            official_id=official.id if known else None,
            unit=post.unit.name,
            name=official.name if known else "",
            post=post.title if known else "",
        )
        submission = Submission(
            subject=subject,
            matter=story.matter,
            happened=story.happened.format(**words) + _WRITTEN_BY,
            title=story.title,
            about_power=self._power(code, story.power),
            identity=self._identity(number, draw) if named else Identity(),
            files=self._files(arrived, draw) if draw.random() < 0.08 or number == 0 else (),
        )
        return Case(
            session=self._session,
            people=self._people,
            submission=submission,
            official=official,
            category=story.category,
            officer=self._officer(code, draw),
            receipt_keys=keys or _thrown_away(),
        )

    def _story_and_place(self, number: int, draw: Random) -> tuple[Story, str]:
        towns = [code for code, place in self._places.items() if place.kind is UnitKind.TOWN]
        county = [
            code
            for code, place in self._places.items()
            if place.managed is ManagedBy.COUNTY and place.code not in {"jw", "xcb"}
        ]
        # Every story is told once before one is told again.
        for story in self._stories[number % len(self._stories) :] + self._stories:
            codes = [
                code
                for word in story.places
                for code in {"town": towns, "*": county}.get(word, [word])
                if code in self._places
            ]
            if codes:
                return story, draw.choice(codes)
        raise AssertionError("no story fits the county")  # pragma: no cover - “*” fits any

    def _about(self, code: str, draw: Random) -> tuple[Post, Official]:
        """Whom it is about: mostly the head; nobody whom a higher level manages (art. 15)."""
        candidates = [self._posts.heads[code], *self._posts.deputies[code]]
        ours = [
            post
            for post in candidates
            if post.managed_by is ManagedBy.COUNTY and post.id in self._posts.holders
        ]
        post = ours[0] if draw.random() < 0.7 else draw.choice(ours)
        return post, self._posts.holders[post.id]

    def _words(self, post: Post, draw: Random) -> dict[str, object]:
        first, second = draw.sample(self._letters["village"], 2)
        return {
            "post": post.title.split("、")[-1],
            "unit": post.unit.short_name,
            "month": draw.randint(1, 12),
            "village": first,
            "village2": second,
            "company": self.say("company", draw),
            "amount": draw.randint(3, 260),
            "small": draw.randint(2, 48) * 100,
            "big": draw.randint(28, 46) * 1000,
        }

    def _power(self, code: str, keyword: str) -> str:
        names = self._powers[code]
        return next((name for name in names if keyword and keyword in name), "")

    def _identity(self, number: int, draw: Random) -> Identity:
        return Identity(
            name=self._names[number],
            contact=f"100-0000-{draw.randint(0, 9999):04}",
            address=f"{self.say('village', draw)}（{self.say('relation', draw)}）",
        )

    def _files(self, arrived: datetime, draw: Random) -> tuple[FileKey, ...]:
        file_id, key, size = files.store(
            self._session, [self._picture], limit=LARGEST_FILE, today=local_day(arrived)
        )
        return (FileKey(file_id, self.say("files", draw), size, key),)

    def _officer(self, code: str, draw: Random) -> Staff:
        """Who of the intake office; who is kin to the head of 东河镇 opens nothing about it."""
        name = "xinfang" if code == "dhz" else draw.choice(("xinfang", "xinfang2"))
        return self._people.staff[name]

    def _plan(
        self, timeline: Timeline, case: Case, fate: str, arrived: datetime, draw: Random
    ) -> None:
        """Put the steps that a fate consists of on the timeline."""
        timeline.at(arrived, partial(case.take, arrived))
        if fate == "new":
            return
        opened = later(arrived, 1, 5, draw)
        timeline.at(opened, partial(case.open, opened))
        if fate in {"asked", "answered"}:
            opened = self._talk(timeline, case, fate, opened, draw)
            # Nobody leaves a report lying for months.
            done = draw.choice(("accepted", "clue", "declined", "declined"))
            fate = done if (NOW - opened).days > _PATIENCE else "waits"
        if fate in {"declined", "referred"}:
            self._end(timeline, case, fate, opened, draw)
        if fate.startswith("passed"):
            opened = self._pass_on(timeline, case, opened, draw)
        if fate in {"accepted", "clue", "passed", "passed_clue"}:
            self._work(timeline, case, fate, opened, draw)

    def _talk(
        self, timeline: Timeline, case: Case, fate: str, opened: datetime, draw: Random
    ) -> datetime:
        asked = later(opened, 0, 2, draw)
        timeline.at(asked, partial(case.ask, self.say("ask", draw), asked))
        if fate == "asked" and (NOW - asked).days <= _PATIENCE:
            return asked
        heard = later(asked, 1, 9, draw)
        timeline.at(heard, partial(case.hear, self.say("answer", draw), heard))
        if (NOW - heard).days <= _PATIENCE:
            return heard
        again = later(heard, 1, 3, draw)
        timeline.at(again, partial(case.open, again))
        return again

    def _end(
        self, timeline: Timeline, case: Case, fate: str, opened: datetime, draw: Random
    ) -> None:
        ended = later(opened, 1, 9, draw)
        if fate == "referred":
            timeline.at(ended, partial(case.refer_out, self.say("refer", draw), ended))
            return
        why = draw.choice([*DeclineReason])
        timeline.at(ended, partial(case.decline, why, self.say(why.value, draw), ended))

    def _pass_on(self, timeline: Timeline, case: Case, opened: datetime, draw: Random) -> datetime:
        passed = later(opened, 1, 4, draw)
        office, officer = draw.choice([*_INVESTIGATE.items()])
        timeline.at(passed, partial(case.pass_on, office, officer, passed))
        again = later(passed, 1, 4, draw)
        timeline.at(again, partial(case.open, again))
        return again

    def _work(
        self, timeline: Timeline, case: Case, fate: str, opened: datetime, draw: Random
    ) -> None:
        accepted = later(opened, 2, 12, draw)
        timeline.at(accepted, partial(case.accept, accepted))
        if draw.random() < 0.25:
            heard = later(accepted, 1, 20, draw)
            timeline.at(heard, partial(case.hear, self.say("add", draw), heard))
        if case.submission.identity and draw.random() < 0.2:
            self._ask_who(timeline, case, accepted, draw)
        if fate.endswith("clue"):
            opening = later(accepted, 3, 20, draw)
            account = self.say("account", draw).format(
                name=case.official.name,
                unit=case.submission.subject.unit,
                title=case.submission.title,
            )
            timeline.at(opening, partial(case.open_clue, account, opening))

    def _ask_who(self, timeline: Timeline, case: Case, accepted: datetime, draw: Random) -> None:
        asked = later(accepted, 0, 2, draw)
        timeline.at(asked, partial(case.ask_who, "需要当面核实关键情节，请保密专员代为联系", asked))
        answered = later(asked, 1, 3, draw)
        if draw.random() < 0.2:
            refusal = "现有材料可以先行核实，暂不需要了解举报人身份"
            timeline.at(answered, partial(case.answer_who, refusal, answered))
            return
        timeline.at(answered, partial(case.answer_who, "", answered))
        if draw.random() < 0.8:
            looked = later(answered, 1, 2, draw)
            timeline.at(looked, partial(case.look_who, looked))


def _fate(age: int, draw: Random) -> str:
    if age < 6:
        return "new"
    weights = _FATES if age > _PATIENCE else _RECENT_FATES
    return draw.choices([*weights], [*weights.values()])[0]


def _story(fields: list[str]) -> Story:
    places, matter, category, power, title, happened = fields
    return Story(tuple(places.split(",")), Matter[matter.upper()], category, power, title, happened)


def _thrown_away() -> sealing.ReceiptKeys:
    """Keys of a receipt that nobody holds: deriving real ones for all would take half a minute."""
    return sealing.ReceiptKeys(secrets.token_bytes(32), secrets.token_bytes(32))


def _picture() -> bytes:
    """A small PNG: a grey field with a vermilion bar, no photograph of anything."""
    width, height, bar = 240, 160, 24
    rows = [
        b"\0" + (b"\xc0\x39\x2b" if y < bar else b"\xd8\xd4\xcc") * width for y in range(height)
    ]
    chunks = (
        (b"IHDR", struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"".join(rows))),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def note(case: Case) -> str:
    """What the holder of the receipt is told."""
    return PUBLIC_WORDS[case.report.state]
