"""The lexicon of a county's database, and when it is read again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, event

from domain import synonyms
from domain.db import Session
from domain.indexing import announce, last_change
from domain.officials import Official
from search import vocabulary
from search.lexicon import Because
from search.vocabulary import Vocabulary
from tests.fixtures.county import NOW, County


@pytest.fixture
def said(session: Session, county: County) -> County:
    synonyms.load(session, {"修路": ["公路建设"], "伙食": ["营养餐"]}, NOW)
    session.commit()
    return county


def test_it_knows_units_people_labels_and_synonyms(session: Session, said: County) -> None:
    lexicon = vocabulary.read(session)
    assert {"云岭县教育局", "教育局", "县教育局", "工程项目", "监督结果"} <= set(lexicon.names)
    assert "周明远" in lexicon.people
    assert lexicon.synonyms[-2:] == (("伙食", ("营养餐",)), ("修路", ("公路建设",)))
    found = lexicon.also("jiaoyuju")
    assert found
    assert (found.others, found.because) == (("教育局",), Because.PINYIN)


def test_a_short_name_that_the_whole_one_lacks_leads_to_it(session: Session, said: County) -> None:
    bare = [entry for entry in vocabulary.read(session).synonyms if entry[0] == "纪委监委"]
    assert bare == [("纪委监委", ("云岭县纪律检查委员会监察委员会",))]
    assert not any(entry[0] == "教育局" for entry in vocabulary.read(session).synonyms)
    # What staff have written down comes before.
    synonyms.load(session, {"纪委监委": ["检举控告"]}, NOW)
    found = vocabulary.read(session).also("纪委监委")
    assert found
    assert found.others == ("检举控告",)


def test_a_name_is_found_as_itself(session: Session, said: County) -> None:
    session.add(Official(code="P9", name="修路"))
    session.flush()
    lexicon = vocabulary.read(session)
    assert lexicon.also("修路") is None
    assert lexicon.also("伙食")


def test_it_is_read_again_only_when_the_log_has_moved(
    engine: Engine, session: Session, said: County
) -> None:
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    held = Vocabulary()
    first = held.lexicon(session, last_change(session))
    assert first.also("修路")
    asked.clear()
    assert held.lexicon(session, 1) is not None
    assert len(asked) == 3
    asked.clear()
    assert held.lexicon(session, 1) is first
    assert asked == []
    # Something else was published: the same words, the same dictionary.
    announce(session, ["powers:1"], NOW)
    assert held.lexicon(session, last_change(session)) is first
    entry = session.scalars(
        sa.select(synonyms.Synonym).where(synonyms.Synonym.word == "修路")
    ).one()
    actor = said.staff["reviewer"]
    synonyms.change(session, entry, entry.revision, "修路", ["村组道路"], actor, NOW)
    changed = held.lexicon(session, last_change(session))
    assert changed is not first
    found = changed.also("修路")
    assert found
    assert found.others == ("村组道路",)


def test_many_at_once_read_it_once(engine: Engine, said: County) -> None:
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    held = Vocabulary()

    def ask(_number: int) -> int:
        with Session(engine) as session:
            return id(held.lexicon(session, 1))

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(32)))) == 1
    assert sum(statement.startswith("SELECT") for statement in asked) == 3
