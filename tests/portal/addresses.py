"""The addresses of a county's public pages, for tests that look at each of them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from domain.disclosures import DisclosureEdition
from domain.notices import NoticeEdition
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
    "/feedback",
    "/feedback?unit=jt&kind=question&about=powers",
    "/notices",
    "/notices?category=integrity",
    "/completeness",
    "/completeness?by=unit&kind=organ&thing=decision&year=2026&period=2026Q1",
    "/completeness?by=period",
    "/completeness?by=thing",
    "/completeness/tasks",
    "/completeness/tasks?status=overdue&unit=jt&year=2026",
    "/search",
    "/search?q=公路",
    "/search?q=交通",
    "/search?q=量子纠缠",
    "/search?q=公路&kind=power&unit=jt&power_kind=project&year=2026&sort=date",
    "/about",
    "/api",
    "/data",
    "/help",
    "/accessibility",
    "/glossary",
    "/glossary?q=审",
    "/sitemap",
)
NOT_FOUND = ("/nowhere", "/search?q=" + "长" * 101)


def pages(session: Session) -> list[str]:
    """Every page that answers 200 to a visitor, one address for each row there is."""
    found = list(ALWAYS)
    found += [f"/units/{code}" for code in session.scalars(sa.select(Unit.code))]
    found += [f"/officials/{number}" for number in session.scalars(sa.select(Official.id))]
    found += [f"/officials/{number}/poster" for number in session.scalars(sa.select(Official.id))]
    lists = sa.select(PowerEdition).where(PowerEdition.state.in_(READABLE))
    for edition in session.scalars(lists):
        found.append(f"/powers/{edition.list_id}/{edition.number}")
        found.append(f"/powers/{edition.list_id}/changes?to={edition.number}")
        ids = sa.select(PowerItem.id).where(PowerItem.edition_id == edition.id)
        found += [f"/powers/items/{number}" for number in session.scalars(ids)]
    disclosed = sa.select(DisclosureEdition).where(DisclosureEdition.state.in_(READABLE))
    for told in session.scalars(disclosed):
        found.append(f"/disclosures/{told.disclosure_id}")
        found.append(f"/disclosures/{told.disclosure_id}/{told.number}")
        found.append(f"/disclosures/{told.disclosure_id}/changes?to={told.number}")
    warned = sa.select(NoticeEdition).where(NoticeEdition.state.in_(READABLE))
    for case in session.scalars(warned):
        found += [f"/notices/{case.notice_id}", f"/notices/{case.notice_id}/{case.number}"]
    return list(dict.fromkeys(found))
