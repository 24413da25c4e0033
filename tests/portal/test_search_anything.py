"""Whatever stands in an address, search answers it: in the reader's language, at a bounded cost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import example, given, settings as hypothesis_settings, strategies as st
from sqlalchemy import event

from domain.db import Session, make_engine
from portal.app import create_app
from portal.search import MOST_CHARACTERS
from portal.settings import PortalSettings
from search import open_engine, sync
from search.keeping import KeepingReader
from tests.fixtures.county import build_county, draft_disclosure, draft_powers, make_public
from tests.fixtures.services import new_postgres
from tests.portal.test_statements import MOST
from tests.search.conftest import ENGINES
from web.app import Site
from web.text import clean_text

# Bytes of an address: any text, halves of characters and NUL among it, and what is no text.
WORDS = st.one_of(
    st.text(st.characters(), max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.text(st.sampled_from("养护资金周明远交通 jtysj*?\"'\\%_~^:()&/<>\0"), max_size=110).map(
        str.encode
    ),
    st.binary(max_size=30),
)
NUMBERS = st.one_of(WORDS, st.integers().map(lambda number: str(number).encode()))
PAGES = ("/search", "/search/feed.atom", "/search/suggestions", "/search/suggestions.json")


class Asked(NamedTuple):
    """A site and the statements it has sent."""

    site: Site
    statements: list[str]


@pytest.fixture(scope="module", params=ENGINES)
def asked(
    request: pytest.FixtureRequest, empty_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asked]:
    folder = tmp_path_factory.mktemp("anything")
    database = folder / "mingquan.db"
    shutil.copy(empty_database, database)
    if request.param == "postgres":
        with new_postgres() as url:
            yield from made(folder, database, url)
    else:
        yield from made(folder, database, f"{request.param}:{folder / 'index'}")


def made(folder: Path, database: Path, address: str) -> Iterator[Asked]:
    url = f"sqlite:///{database}"
    engine, index = make_engine(url), open_engine(address)
    with Session(engine) as session:
        county = build_county(session)
        make_public(session, county, draft_powers(session, county))
        make_public(session, county, draft_disclosure(session, county))
        session.commit()
        sync.rebuild(session, index)
    settings = PortalSettings.from_environment("portal", {}, var=folder, database_url=url)
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    yield Asked(create_app(settings, KeepingReader(index), engine=engine), statements)
    engine.dispose()


def address(path: str, values: dict[str, bytes]) -> str:
    return path + "?" + "&".join(f"{name}={quote_from_bytes(v)}" for name, v in values.items())


@hypothesis_settings(max_examples=40)
@given(
    q=WORDS,
    rest=st.fixed_dictionaries(
        {},
        optional={
            "page": NUMBERS,
            "year": NUMBERS,
            "sort": WORDS,
            "unit": WORDS,
            "kind": WORDS,
            "power_kind": WORDS,
            "exact": WORDS,
        },
    ),
    language=st.sampled_from(["zh", "en"]),
)
@example(q="\ufdfa".encode() * MOST_CHARACTERS, rest={"page": b"9" * 5000}, language="en")
@example(q=b"\xed\xa0\x80", rest={"unit": b"\0", "year": b"\xff"}, language="zh")
@example(q=b"jy" * 50, rest={"sort": b"date", "page": b"-1"}, language="zh")
@example(q="路".encode() * 101, rest={}, language="en")
def test_any_address_of_the_search_is_answered(
    asked: Asked, q: bytes, rest: dict[str, bytes], language: str
) -> None:
    client = asked.site.test_client()
    client.set_cookie("lang", language)
    too_long = len(clean_text(q.decode("utf-8", "replace")).strip()) > MOST_CHARACTERS
    for path in PAGES:
        asked.statements.clear()
        response = client.get(address(path, {"q": q, **rest}))
        refused = too_long and "suggestions" not in path
        assert response.status_code == (400 if refused else 200), path
        assert len(asked.statements) <= MOST, path
        if path == "/search":
            tongue = {"zh": "zh-CN", "en": "en"}[language]
            assert f'<html lang="{tongue}"' in response.text
    for name, value in {"q": q, **rest}.items():
        asked.statements.clear()
        response = client.get(address("/api/v1/search", {name: value}))
        assert response.status_code in {200, 404, 422}, name
        assert response.is_json
        assert len(asked.statements) <= MOST, name
