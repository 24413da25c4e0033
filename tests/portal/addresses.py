"""The addresses of a county's public pages, for tests that look at each of them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from domain.disclosures import DisclosureEdition
from domain.officials import Official
from domain.powers import PowerEdition, PowerItem
from domain.publishing import READABLE
from domain.units import Unit

ALWAYS = (
    "/",
    "/units",
    "/officials",
    "/officials?kind=organ&heads=1",
    "/powers",
    "/powers?kind=project&unit=jt&risk=high",
    "/powers?risk=low",
    "/disclosures",
    "/disclosures?group=decision&unit=jt&year=2026&period=2026年第三季度",
    "/disclosures?group=goal",
    "/search",
    "/search?q=公路",
    "/search?q=交通",
    "/search?q=量子纠缠",
    "/search?q=公路&kind=power&unit=jt&power_kind=project&year=2026&sort=date",
    "/about",
    "/help",
    "/accessibility",
    "/sitemap",
)
NOT_FOUND = ("/nowhere", "/search?q=" + "长" * 101)


def pages(session: Session) -> list[str]:
    """Every page that answers 200 to a visitor, one address for each row there is."""
    found = list(ALWAYS)
    found += [f"/units/{code}" for code in session.scalars(sa.select(Unit.code))]
    found += [f"/officials/{number}" for number in session.scalars(sa.select(Official.id))]
    lists = sa.select(PowerEdition).where(PowerEdition.state.in_(READABLE))
    for edition in session.scalars(lists):
        found.append(f"/powers/{edition.list_id}/{edition.number}")
        ids = sa.select(PowerItem.id).where(PowerItem.edition_id == edition.id)
        found += [f"/powers/items/{number}" for number in session.scalars(ids)]
    disclosed = sa.select(DisclosureEdition).where(DisclosureEdition.state.in_(READABLE))
    for told in session.scalars(disclosed):
        found.append(f"/disclosures/{told.disclosure_id}")
        found.append(f"/disclosures/{told.disclosure_id}/{told.number}")
    return list(dict.fromkeys(found))
