"""Who looks at which pages of a filled world: all that a few links lead to, and each text of each kind."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from domain.audit import AuditRow
from domain.disclosures import Disclosure, DisclosureEdition
from domain.notices import Notice, NoticeEdition
from domain.obligations import Obligation, Rule
from domain.officials import Official
from domain.powers import PowerEdition, PowerItem, PowerList
from domain.publishing import OPEN
from domain.units import Unit
from tests.inert.filling import Filled

WRITERS = ("editor", "reviewer")
READERS = (*WRITERS, "chief", "manager", "intake", "custodian", "auditor", "security")
_EDITIONS: dict[str, Any] = {
    "powers": PowerEdition,
    "disclosures": DisclosureEdition,
    "notices": NoticeEdition,
}
# Of each endpoint; who looks by links only sees what stands first.
_MOST = 4


def look_around(filled: Filled, people: tuple[str, ...]) -> None:
    """People look at the internal site, the officer at the report."""
    for who in people:
        filled.wander(who, _MOST, "/", *[f"/reports/{filled.report}"] * (who == "intake"))


def look_at_drafts(filled: Filled) -> None:
    """Everything that is not public yet, as who writes it and who reviews it see it."""
    for kind, table in _EDITIONS.items():
        for (number,) in filled.rows(sa.select(table.id).where(table.state.in_(OPEN))):
            page = f"/{kind}/{number}"
            filled.visit("editor", page)
            filled.visit("reviewer", f"/publishing{page}")
            if kind == "powers":
                filled.visit("editor", f"{page}/preview", f"{page}/terms")


def look_at_all(filled: Filled) -> None:
    """Everything that was public once, and what must be."""
    for who, address, query in (
        ("chief", "/obligations/", sa.select(Obligation.id)),
        ("chief", "/obligations/rules/", sa.select(Rule.id)),
        *(
            ("editor", f"/{kind}/", sa.select(table.id).where(table.state.not_in(OPEN)))
            for kind, table in _EDITIONS.items()
        ),
    ):
        filled.visit(who, *[f"{address}{one}" for (one,) in filled.rows(query)])
    ((acts,),) = filled.rows(sa.select(sa.func.count(AuditRow.seq)))
    pages = range(1, acts // filled.world.admin.extensions["mingquan.settings"].rows_per_page + 2)
    filled.visit("auditor", *[f"/audit?page={page}" for page in pages])


def stroll(filled: Filled) -> None:
    """A visitor looks at the public site: all it leads to, and every edition there has been."""
    filled.stroll(12)
    shown: list[tuple[Any, tuple[str, ...]]] = [
        (sa.select(PowerItem.id), ("/powers/items/{}",)),
        (sa.select(Official.id), ("/officials/{}/poster",)),
        (sa.select(PowerEdition.list_id, PowerEdition.number), ("/powers/{}/{}",)),
        (sa.select(PowerList.id), ("/powers/{}/changes",)),
        (sa.select(Disclosure.id), ("/disclosures/{}", "/disclosures/{}/changes")),
        (
            sa.select(DisclosureEdition.disclosure_id, DisclosureEdition.number),
            ("/disclosures/{}/{}",),
        ),
        (sa.select(Notice.id), ("/notices/{}",)),
        (sa.select(NoticeEdition.notice_id, NoticeEdition.number), ("/notices/{}/{}",)),
        (sa.select(Unit.name), ("/search?q={}",)),
    ]
    for query, addresses in shown:
        for row in filled.rows(query):
            for address in addresses:
                filled.look_up(address.format(*map(quote, map(str, row))))
