"""Everything the public can ask for: every address of the site, of what is hidden as well."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from itertools import product

import sqlalchemy as sa

from domain.db import Session
from domain.disclosures import Disclosure, DisclosureEdition
from domain.notices import Notice, NoticeEdition
from domain.obligations.tables import Obligation
from domain.officials import Official, Post
from domain.powers import PowerEdition, PowerItem, PowerList
from tests.portal.visibility.account import COMMON
from web.app import Site

# Addresses at which what is superseded may still be read; everywhere else only what is in force.
HISTORY = {
    "powers.edition",
    "powers.item",
    "api.powers_item",
    "powers.compare",
    "disclosures.edition",
    "disclosures.compare",
    "notices.edition",
    "feedback.ask",  # about the edition that it names
    "data.download",  # until it is built anew
}
# A question says what it is about, in the words of the edition that was read.
QUESTIONS = {
    f"{of}.{name}"
    for of, names in {
        "feedback": ("index", "feed"),
        "api": ("feedback", "feedback_csv", "feedback_xlsx"),
    }.items()
    for name in names
}
# The pages that say what an edition or an item says, or that it was withdrawn.
PAGES = {
    "powers.edition",
    "powers.item",
    "disclosures.edition",
    "disclosures.show",
    "notices.edition",
    "notices.show",
}
# Where answers may stand, what was corrected, and why something was withdrawn.
ANSWERED = PAGES | QUESTIONS | {"data.download"}
CORRECTED = PAGES | {"officials.show"}
TOLD = PAGES | {
    "powers.compare",
    "disclosures.compare",
    "data.download",
    "api.powers_item",
    "api.power_lists_item",
    "api.disclosures_item",
    "api.notices_item",
}
# What lists everything in force: of which kinds.
_ALL = {"powers", "disclosures", "notices"}
COMPLETE = {
    "search.index": _ALL,
    "search.feed": _ALL,
    "api.search": _ALL,
    **{f"{kind}.{name}": {kind} for kind in _ALL for name in ("index", "feed")},
    **{
        f"api.{noun}{ending}": {kind}
        for noun, kind in (
            ("powers", "powers"),
            ("power_lists", "powers"),
            ("disclosures", "disclosures"),
            ("notices", "notices"),
        )
        for ending in ("", "_csv", "_xlsx")
    },
}
# Of these lists each row says as well what its edition corrected.
CORRECTED_ROWS = {
    endpoint: kinds
    for endpoint, kinds in COMPLETE.items()
    if endpoint.endswith(".feed") or endpoint.startswith("api.")
} | {"api.search": set(), "feeds.everything": _ALL}
# The permanent addresses: what they say together, whether it is in force or was replaced.
KEPT = {
    "powers.edition": {"powers"},
    "powers.item": {"powers"},
    "disclosures.edition": {"disclosures"},
    "notices.edition": {"notices"},
    **{
        f"api.{noun}_editions{ending}": {f"{noun}s"}
        for noun in ("power", "disclosure", "notice")
        for ending in ("", "_csv", "_xlsx")
    },
}
BULK = "data.download"
SKIPPED = {"static", "bootstrap.static", "preferences.choose"}
# A county's other units and people publish nothing in these tests.
_CODES = ["jt", "jy"]
_EDITIONS = (PowerEdition, DisclosureEdition, NoticeEdition)


def contents(data: bytes) -> str:
    """What an answer says; a workbook is unpacked."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return "".join(
                package.read(name).decode("utf-8", "replace") for name in package.namelist()
            )
    return data.decode()


def is_history(endpoint: str) -> bool:
    """Whether an address is of an edition that may have been replaced."""
    return endpoint in HISTORY | QUESTIONS or "_editions" in endpoint


def says_corrections(endpoint: str) -> bool:
    """Whether an address says of the editions that it shows what they corrected."""
    records = endpoint.startswith("api.") and endpoint.endswith("_item")
    feeds = endpoint.endswith(".feed") and endpoint not in QUESTIONS
    return records or feeds or endpoint in {*CORRECTED_ROWS, BULK} or "_editions" in endpoint


def tells_withdrawals(endpoint: str) -> bool:
    """Whether an address may say why something was withdrawn."""
    return endpoint in TOLD or "_editions" in endpoint


def is_of_an_index(endpoint: str) -> bool:
    """Whether an answer comes from what follows the change log."""
    return endpoint == BULK or "search" in endpoint or "suggestions" in endpoint


def addresses(site: Site, session: Session) -> list[tuple[str, str]]:
    """Endpoint and address of every answer there is or could be."""
    found = []
    offered = _values(session)
    for one in site.url_map.iter_rules():
        if "GET" not in (one.methods or ()) or one.endpoint in SKIPPED:
            continue
        if one.rule.startswith(("/report", "/track")):
            continue
        for values in _combined(offered, sorted(one.arguments)):
            address = str(site.url_map.bind("localhost").build(one.endpoint, values))
            found += [(one.endpoint, address + query) for query in _queries(one.endpoint)]
    return found


def _combined(offered: dict[str, list[object]], names: list[str]) -> Iterator[dict[str, object]]:
    """An argument nobody offers anything for is a KeyError: a new address must be looked at."""
    for chosen in product(*(offered[name] for name in names)):
        yield dict(zip(names, chosen, strict=True))


def _values(session: Session) -> dict[str, list[object]]:
    posts = session.scalars(sa.select(PowerList.post_id)).all()
    officials = sa.select(Official.id).where(Official.name.in_(["周明远", "何清源"]))
    # As an edition's number or its id: no list has more editions than there are of its kind.
    most = max(session.scalar(sa.select(sa.func.max(table.id))) or 0 for table in _EDITIONS)
    offered: dict[str, list[object]] = {
        "code": [*_CODES],
        "official_id": [*session.scalars(officials)],
        "post_id": [*session.scalars(sa.select(Post.id).where(Post.id.in_(posts)))],
        "list_id": [*session.scalars(sa.select(PowerList.id))],
        "disclosure_id": [*session.scalars(sa.select(Disclosure.id))],
        "item_id": [*session.scalars(sa.select(PowerItem.id))],
        "number": [*range(1, most + 2)],
        "obligation_id": [*session.scalars(sa.select(Obligation.id))],
        "ending": ["csv", "xlsx"],
        "notice_id": [*session.scalars(sa.select(Notice.id))],
        "what": ["item", "powers", "disclosures", "notices"],
        "part": ["powers", "disclosures", "lists"],
    }
    session.rollback()
    return offered


def _queries(endpoint: str) -> list[str]:
    if endpoint == "search.index":
        return [f"?q={COMMON}", f"?q={COMMON}&page=2"]
    if "search" in endpoint or "suggestions" in endpoint:
        return [f"?q={COMMON}"]
    return ["", "?to=1", "?from=1&to=3"] if endpoint.endswith(".compare") else [""]
