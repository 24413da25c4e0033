"""Three years of “五公开”: every unit, every quarter, leaf by leaf."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from demo.chance import NOW, TODAY, chance, in_office, later, quarters
from demo.data import sections
from demo.prose import Prose
from demo.publishing import Life, insert, scheduled
from domain.disclosures import Disclosure, DisclosureEdition, Leaf
from domain.publishing import Note

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from sqlalchemy.orm import Session

    from demo.publishing import Press
    from demo.staff import People
    from demo.units import Place
    from domain.units import Unit

_NUMERALS = "一二三四"
_TITLES = {
    Leaf.DECISION: ("{topic}的集体决策情况", "研究“{topic}”的情况"),
    Leaf.PUBLIC_INTEREST: ("{topic}：进度公开", "{topic}：本季度公示"),
    Leaf.HANDLING: ("{topic}：处理情况", "{topic}：通报"),
}
_ANSWERABLE = tuple(_TITLES)
_RECENT_DAYS = 30
_CORRECTED, _WITHDRAWN, _SCHEDULED = 0.04, 0.012, 0.2
# What the reviewer adds to a reason of phrases.txt, and at which field.
_NOTES = {
    "正文没有写明资金来源，请补充。": ("body", "每笔数额后面注明是本级预算、上级补助还是自筹。"),
    "缺少公示结果和收到意见的处理情况，请补充后再报。": (
        "body",
        "写明公示的起止日期、收到几条意见、怎样处理。",
    ),
    "标题与内容不一致，请修改。": ("title", "标题请与正文所说的时期和事项一致。"),
}
_FORGOTTEN = 999


@dataclass
class Document:
    """A disclosure with its editions, before either has an id."""

    place: Place
    leaf: Leaf
    period: str
    year: int
    title: str
    dated_on: date
    topic: str = ""
    editions: list[tuple[Life, str]] = field(default_factory=list)
    answers: Document | None = None
    # Days for which it lay about before it was submitted.
    delay: int = 0
    id: int = 0

    @property
    def may_be_answered(self) -> bool:
        """Whether it is public, so that a 监督结果 can speak of it."""
        life = self.editions[-1][0]
        return bool(life.published_at) and not life.withdrawn_at


def build(
    session: Session,
    found: list[Place],
    units: dict[str, Unit],
    people: People,
    press: Press,
    *,
    recent: int | None = None,
) -> None:
    """Make all disclosures.

    Args:
        recent: only of so many last quarters.
    """
    prose = Prose()
    documents = [
        document
        for place in found
        for document in _of_unit(place, units[place.code], people, prose, recent)
    ]
    documents.sort(key=lambda each: (each.answers is not None, each.dated_on))
    _insert(session, units, [each for each in documents if each.answers is None])
    _insert(session, units, [each for each in documents if each.answers is not None])
    editions = [(each, *edition) for each in documents for edition in each.editions]
    rows = [
        {
            "disclosure_id": each.id,
            "title": each.title,
            "body": body,
            "dated_on": each.dated_on,
            **life.columns(),
        }
        for each, life, body in editions
    ]
    insert(session, DisclosureEdition, rows)
    for each, life, _ in editions:
        press.take(f"disclosures:{each.id}", life)


def _insert(session: Session, units: dict[str, Unit], documents: list[Document]) -> None:
    rows = [
        {
            "unit_id": units[each.place.code].id,
            "leaf": each.leaf,
            "period": each.period,
            "year": each.year,
            "title": each.title,
            "answers_id": each.answers.id if each.answers else None,
        }
        for each in documents
    ]
    for each, number in zip(documents, insert(session, Disclosure, rows), strict=True):
        each.id = number


def _of_unit(
    place: Place, unit: Unit, people: People, prose: Prose, recent: int | None
) -> Iterator[Document]:
    """Everything one unit discloses, oldest first."""
    draw = chance("disclosures", place.code)
    topics = _topics(place, draw)
    before: list[Document] = []
    wanted = quarters(recent=recent)
    for year, number in wanted:
        period = f"{year}年第{_NUMERALS[number - 1]}季度"
        start = date(year, number * 3 - 2, 1)
        made: list[Document] = []
        if number == 1 or (year, number) == wanted[0]:
            made += _yearly(place, year, start)
        made.append(
            _document(place, Leaf.GOAL, period, year, f"{place.short}{period}工作目标", start, 12)
        )
        for leaf in _ANSWERABLE:
            topic = _next(topics[leaf]).replace("年度", f"{year}年")
            title = draw.choice(_TITLES[leaf]).format(topic=topic)
            said = title if str(year) in title else f"{period}{title}"
            document = _document(place, leaf, period, year, said, start, 80)
            made.append(replace(document, topic=topic))
        if before:
            answered = draw.choice(before)
            title = f"对“{answered.title}”的监督结果"
            half = f"{year}年{'上' if number < 3 else '下'}半年"
            result = _document(place, Leaf.RESULT, half, year, title, start, 80)
            made.append(replace(result, answers=answered))
        kept = [
            each
            for each in map(_with_delay, made)
            if each.dated_on <= TODAY and each.delay < _FORGOTTEN
        ]
        for each in kept:
            _write(each, unit, people, prose, topics, draw)
        yield from kept
        before = [each for each in kept if each.leaf in _ANSWERABLE and each.may_be_answered]


def _with_delay(document: Document) -> Document:
    """Most things come in time; careless units let some lie about, or forget them."""
    care = chance("care", document.place.code).choice((0, 0, 1, 1, 1, 2, 2, 5))
    draw = chance("delay", document.place.code, document.leaf, document.title)
    luck = draw.random()
    if luck < 0.01 * care:
        return replace(document, delay=_FORGOTTEN)
    return replace(document, delay=draw.randint(40, 120)) if luck < 0.03 * care else document


def _topics(place: Place, draw: Random) -> dict[Leaf, list[str]]:
    """What the unit speaks of in each leaf, in an order of its own; used up and used again."""
    read = sections("topics.txt")
    leaves = dict(zip(("decision", "interest", "handling"), _ANSWERABLE, strict=True))
    found: dict[Leaf, list[str]] = {leaf: [] for leaf in _ANSWERABLE}
    for template in (*place.templates, "common"):
        for word, *topics in read.get(template, []):
            found[leaves[word]] += topics
    for topics in found.values():
        # The first one first: what a unit is known for is never missing.
        rest = topics[1:]
        draw.shuffle(rest)
        topics[1:] = rest
    return found


def _next(topics: list[str]) -> str:
    topics.append(topics.pop(0))
    return topics[-1]


def _yearly(place: Place, year: int, start: date) -> list[Document]:
    title = f"{place.short}{year}年工作职责"
    return [_document(place, Leaf.DUTY, f"{year}年", year, title, start, 20)]


def _document(
    place: Place, leaf: Leaf, period: str, year: int, title: str, start: date, within: int
) -> Document:
    """A disclosure of something that happened within so many days of a quarter's beginning."""
    days = chance("dated", place.code, leaf, period).randrange(within)
    return Document(place, leaf, period, year, title, start + timedelta(days=days))


def _write(
    document: Document,
    unit: Unit,
    people: People,
    prose: Prose,
    topics: dict[Leaf, list[str]],
    draw: Random,
) -> None:
    """Give a document its text and decide what became of it."""
    body = prose.body(document, unit, topics, draw)
    author = people.editor_of(document.place.code).id
    reviewer = people.reviewer(draw.randrange(2)).id
    drafted = min(in_office(document.dated_on, draw), NOW)
    submitted = later(drafted, 2 + document.delay, 12 + document.delay, draw)
    life = Life(1, author, reviewer, drafted)
    if submitted > NOW:
        document.editions.append((life, body))
        return
    life = replace(life, submitted_at=submitted)
    # What came in last is still on the reviewers' desk.
    slow = (TODAY - document.dated_on).days < _RECENT_DAYS
    published = later(submitted, 5, 18, draw) if slow else later(submitted, 1, 7, draw)
    if published > NOW:
        document.editions.append((_waiting(document, life, prose, draw), body))
        return
    life = replace(life, published_at=published)
    fate = draw.random()
    redrafted = later(published, 3, 20, draw)
    resubmitted = later(redrafted, 1, 2, draw)
    ended = later(resubmitted, 1, 12, draw)
    if fate < _WITHDRAWN and ended <= NOW:
        reason = prose.say("withdrawn", draw)
        document.editions.append((replace(life, withdrawn_at=ended, reason=reason), body))
    elif fate < _WITHDRAWN + _CORRECTED and ended <= NOW:
        said = prose.say("corrected", draw)
        again = replace(
            life,
            number=2,
            drafted_at=redrafted,
            submitted_at=resubmitted,
            published_at=ended,
            correction=said.removeprefix("（更正：").removesuffix("）"),
        )
        document.editions.append((replace(life, superseded_at=ended), body))
        document.editions.append((again, f"{body}\n\n{said}"))
    else:
        document.editions.append((life, body))


def _waiting(document: Document, life: Life, prose: Prose, draw: Random) -> Life:
    """Still with the reviewer, returned to its author, or approved for a day to come."""
    returned = later(life.submitted_at or NOW, 1, 2, draw)
    if draw.random() < 0.2 and returned <= NOW:
        reason = prose.say("returned", draw)
        about, text = _NOTES[reason]
        notes = (Note(about=about, quote="", text=text),)
        return replace(life, returned_at=returned, reason=reason, notes=notes)
    fate = chance("scheduled", document.place.code, document.title)
    return scheduled(life, fate) if fate.random() < _SCHEDULED else life
