"""Whatever lists everything: each row of it once, and nothing else."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from re import findall
from typing import Any

from flask.testing import FlaskClient
from openpyxl import load_workbook

from domain.db import Session
from domain.officials import Official
from domain.publishing import READABLE, State
from domain.units import Unit
from tests.portal.visibility.account import COMMON, Account

BASE = "http://localhost"
ROOT = "/api/v1"
NOUNS = (
    "powers",
    "power-lists",
    "power-editions",
    "disclosures",
    "disclosure-editions",
    "notices",
    "notice-editions",
    "feedback",
)
# What names a row in a table; the first of these that the table has.
_NAMES = ("网页", "编号")


def ensure_each_once(found: Iterable[str], wanted: set[str], where: str) -> None:
    """All that is wanted, each once, and nothing else."""
    assert sorted(found) == sorted(wanted), where


def name_of(row: dict[str, Any]) -> str:
    """The address of a record, or its number when it has none."""
    return str(row["url"] if "url" in row else row["id"])


def named(table: list[list[Any]]) -> list[str]:
    """The names of the rows of a table."""
    column = next(table[0].index(name) for name in _NAMES if name in table[0])
    return [str(row[column]) for row in table[1:]]


def _csv(data: bytes) -> list[list[Any]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def _xlsx(data: bytes) -> list[list[Any]]:
    sheet = load_workbook(io.BytesIO(data), read_only=True).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def ensure_tables(client: FlaskClient, account: Account) -> None:
    """CSV and XLSX of every list hold what is in force."""
    for noun in NOUNS:
        for ending, read in (("csv", _csv), ("xlsx", _xlsx)):
            where = f"{ROOT}/{noun}.{ending}"
            table = read(client.get(where, buffered=True).get_data())
            ensure_each_once(named(table), account.listed(noun), where)


def ensure_bulk(data: bytes, account: Account) -> None:
    """Every file of the whole holds what is in force."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for noun in NOUNS:
            lines = package.read(f"{noun}.jsonl").decode().splitlines()
            rows = [name_of(json.loads(line)) for line in lines]
            ensure_each_once(rows, account.listed(noun), f"{noun}.jsonl")
            table = _csv(package.read(f"{noun}.csv"))
            ensure_each_once(named(table), account.listed(noun), f"{noun}.csv of the whole")


def ensure_feeds(client: FlaskClient, account: Account) -> None:
    """The feeds of everything, of a kind, of a unit and of a search have an entry for each."""
    in_force = account.entries(State.PUBLISHED)
    pages = {e.url if e.kind == "powers" else f"/{e.kind}/{e.whole}": e for e in in_force}
    wanted = {"": set(pages), f"/search?q={COMMON}": {one.url for one in account.found}}
    for code in ("jt", "jy"):
        wanted[f"/units/{code}"] = {page for page, e in pages.items() if e.unit == code}
    for kind in ("powers", "disclosures", "notices"):
        of_kind = account.entries(State.PUBLISHED, kind=kind)
        wanted[f"/{kind}"] = {one.url for entry in of_kind for one in entry.found}
    for path, pages_of in wanted.items():
        address, _, query = path.partition("?")
        feed = client.get(f"{address}/feed.atom?{query}").get_data(as_text=True)
        entries = feed.split("<entry>")[1:]
        links = [link for entry in entries for link in findall('href="([^"]*)"', entry)]
        ensure_each_once([link.removeprefix(BASE) for link in links], pages_of, f"{path} feed")


def ensure_sitemap(client: FlaskClient, session: Session, account: Account) -> None:
    """The sitemaps name every page of what can be read once, and nothing that went."""
    files = _located(client, "/sitemap.xml")
    assert len(files) == len(set(files))
    found = [path for file in files if "columns" not in file for path in _located(client, file)]
    in_force, readable = account.entries(State.PUBLISHED), account.entries(*READABLE)
    wanted = {f"/units/{code}" for (code,) in session.query(Unit.code)}
    wanted |= {f"/officials/{number}" for (number,) in session.query(Official.id)}
    wanted |= {entry.url for entry in readable if entry.kind == "powers"}
    wanted |= {found.url for entry in in_force for found in entry.found}
    ensure_each_once(found, wanted, "sitemaps")


def _located(client: FlaskClient, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200, path
    found: list[str] = findall("<loc>([^<]*)</loc>", response.get_data(as_text=True))
    return [address.removeprefix(BASE) for address in found]


@dataclass
class Walk:
    """A walk through a list of the API, page after page, while others publish.

    Attributes:
        always: what has been in the list all the while; ``ever`` what was in it at some time.
    """

    noun: str
    limit: int = 1
    always: set[str] | None = None
    ever: set[str] = field(default_factory=set)
    seen: list[str] = field(default_factory=list)
    following: str | None = ""

    def step(self, client: FlaskClient, account: Account) -> None:
        """Read one page; behind the last, look back."""
        now = account.listed(self.noun)
        self.always = now if self.always is None else self.always & now
        self.ever |= now
        answer = client.get(self.following or f"{ROOT}/{self.noun}?limit={self.limit}").get_json()
        self.seen += [name_of(row) for row in answer["items"]]
        self.following = answer["next"]
        if self.following is None:
            assert len(self.seen) == len(set(self.seen)), self.noun
            assert self.always <= set(self.seen) <= self.ever, self.noun

    @property
    def is_over(self) -> bool:
        """Whether the last page has been read."""
        return self.following is None

    def finish(self, client: FlaskClient, account: Account) -> None:
        """Read on to the end."""
        while not self.is_over:
            self.step(client, account)


def ensure_search_walk(client: FlaskClient, account: Account) -> None:
    """Page after page, the API's search gives all that should be found, each once."""
    found: list[str] = []
    following: str | None = f"{ROOT}/search?q={COMMON}&limit=2"
    while following:
        answer = client.get(following).get_json()
        assert answer["total"] == len(account.found)
        found += [name_of(row) for row in answer["items"]]
        following = answer["next"]
    ensure_each_once(found, {one.url for one in account.found}, "api search")
