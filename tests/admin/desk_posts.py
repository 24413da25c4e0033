"""The publishing desk's half of `posts`: every POST once, as it succeeds."""

from __future__ import annotations

import re
from datetime import timedelta

from domain import publishing
from domain.clock import utc_now
from domain.db import Session
from domain.disclosures import DisclosureEdition
from domain.notices import NoticeEdition
from domain.powers import PowerEdition
from tests.admin.conftest import Desk
from tests.admin.pages import form_to
from tests.admin.post import Post, Prepare
from tests.domain.imports.rows import POWER
from tests.domain.imports.workbooks import filled
from tests.fixtures import questions, warnings
from tests.fixtures.county import County, draft_disclosure, draft_powers

REVISION = re.compile(r'<input[^>]*\bname="revision"[^>]*\bvalue="([^"]*)"')
BOX = re.compile(r'<input[^>]*\bname="chosen"[^>]*\bvalue="([^"]*)"')
_ITEM = {"name": "公路养护招标", "kind": "project", "risk": "high", "scope": "public"}


def _draft(session: Session, county: County) -> PowerEdition:
    session.rollback()
    edition = draft_powers(session, county)
    session.commit()
    return edition


def _submitted(session: Session, county: County) -> PowerEdition:
    edition = _draft(session, county)
    publishing.submit(session, edition, county.staff["editor"], utc_now())
    session.commit()
    return edition


def revision(desk: Desk, page: str, after: str = "") -> str:
    """What the page's form says it has seen."""
    text = desk.text(page)
    found = REVISION.search(text, text.index(after))
    assert found
    return found[1]


def _start_list(_s: Session, county: County, _d: Desk) -> tuple[str, dict[str, object]]:
    return f"/powers/posts/{county.posts['transport'].id}/editions", {"from": "copy"}


def _new_item(session: Session, county: County, desk: Desk) -> tuple[str, dict[str, object]]:
    page = f"/powers/{_draft(session, county).id}/items/new"
    return page, {"revision": revision(desk, page), **_ITEM}


def _item(session: Session, county: County, desk: Desk) -> tuple[str, dict[str, object]]:
    edition = _draft(session, county)
    page = f"/powers/{edition.id}/items/{edition.items[0].id}"
    return page, {"revision": revision(desk, page), **_ITEM}


def _terms(session: Session, county: County, desk: Desk) -> tuple[str, dict[str, object]]:
    page = f"/powers/{_draft(session, county).id}/terms"
    blank = {"negatives-0-area": "", "negatives-0-text": ""}
    return page, {"revision": revision(desk, page), "effective_on": "2026-12-01", **blank}


def _move(session: Session, county: County, _d: Desk) -> tuple[str, dict[str, object]]:
    edition = _draft(session, county)
    return f"/powers/{edition.id}/items/{edition.items[0].id}/move", {"to": "down"}


def _remove(session: Session, county: County, desk: Desk) -> tuple[str, dict[str, object]]:
    edition = _draft(session, county)
    page = f"/powers/{edition.id}/items/{edition.items[0].id}"
    return f"{page}/remove", {"revision": revision(desk, page)}


def _new_disclosure(_s: Session, county: County, _d: Desk) -> tuple[str, dict[str, object]]:
    place = {"unit": county.units["jt"].id, "leaf": "decision", "period": "2026年第四季度"}
    return "/disclosures/new", {**place, "year": 2026, "title": "养护计划", "body": "如下"}


def _look(_s: Session, _c: County, _d: Desk) -> tuple[str, dict[str, object]]:
    return "/disclosures/look", {"body": "正文"}


def _edit_disclosure(session: Session, county: County, desk: Desk) -> tuple[str, dict[str, object]]:
    session.rollback()
    made = draft_disclosure(session, county, "新的一件")
    session.commit()
    _path, fields = _new_disclosure(session, county, desk)
    page = f"/disclosures/{made.id}/edit"
    return page, {**fields, "revision": revision(desk, page)}


def _start_disclosure(session: Session, county: County, _d: Desk) -> tuple[str, dict[str, object]]:
    return f"/disclosures/{_public_disclosure(session)}/editions", {}


def _public_disclosure(session: Session) -> int:
    session.rollback()
    number = session.query(DisclosureEdition.id).scalar()
    assert isinstance(number, int)
    return number


def _decide(decision: str, **fields: object) -> Prepare:
    def prepare(session: Session, county: County, desk: Desk) -> tuple[str, dict[str, object]]:
        page = f"/publishing/powers/{_submitted(session, county).id}"
        return page, {"revision": revision(desk, page), "decision": decision, **fields}

    return prepare


def _withdraw(session: Session, _c: County, desk: Desk) -> tuple[str, dict[str, object]]:
    page = f"/publishing/disclosures/{_public_disclosure(session)}/withdraw"
    return page, {"revision": revision(desk, page), "reason": "数字有误"}


def _submit(session: Session, county: County, desk: Desk) -> tuple[str, dict[str, object]]:
    edition = _draft(session, county)
    path = f"/publishing/powers/{edition.id}/submit"
    return path, {"revision": revision(desk, f"/powers/{edition.id}", path)}


def _take_back(session: Session, county: County, _d: Desk) -> tuple[str, dict[str, object]]:
    return f"/publishing/powers/{_submitted(session, county).id}/take-back", {}


def _discard(session: Session, county: County, _d: Desk) -> tuple[str, dict[str, object]]:
    return f"/publishing/powers/{_draft(session, county).id}/discard", {}


def _correct(session: Session, county: County, desk: Desk) -> tuple[str, dict[str, object]]:
    edition = _draft(session, county)
    path = f"/publishing/powers/{edition.id}/correction"
    seen = revision(desk, f"/powers/{edition.id}", path)
    return path, {"revision": seen, "correction": "第二项的依据写错了"}


def _waiting(act: str, **fields: object) -> Prepare:
    def prepare(session: Session, county: County, desk: Desk) -> tuple[str, dict[str, object]]:
        edition, now = _submitted(session, county), utc_now()
        moment = now + timedelta(days=2)
        publishing.schedule(session, edition, moment, county.staff["reviewer"], now)
        session.commit()
        page = f"/publishing/powers/{edition.id}/{act}"
        return page, {"revision": revision(desk, page), **fields}

    return prepare


def _box(desk: Desk, page: str) -> dict[str, object]:
    found = BOX.search(desk.text(page))
    assert found
    return {"chosen": found[1]}


def _submit_lists(session: Session, county: County, desk: Desk) -> tuple[str, dict[str, object]]:
    _draft(session, county)
    return "/powers", _box(desk, "/powers")


def _submit_papers(session: Session, county: County, desk: Desk) -> tuple[str, dict[str, object]]:
    session.rollback()
    draft_disclosure(session, county, "新的一件")
    session.commit()
    return "/disclosures", _box(desk, "/disclosures")


def _approve(decision: str, **fields: object) -> Prepare:
    def prepare(session: Session, county: County, desk: Desk) -> tuple[str, dict[str, object]]:
        _submitted(session, county)
        return "/publishing", {**_box(desk, "/publishing"), "decision": decision, **fields}

    return prepare


def _tomorrow() -> str:
    return (utc_now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")


def _workbook(_s: Session, _c: County, _d: Desk) -> tuple[str, dict[str, object]]:
    return "/imports", {"workbook": (filled(powers=[POWER]), "交通局.xlsx")}


def _handed_in(then: str) -> Prepare:
    def prepare(session: Session, county: County, desk: Desk) -> tuple[str, dict[str, object]]:
        path, fields = _workbook(session, county, desk)
        return f"{desk.post(path, **fields).location}/{then}", {}

    return prepare


def _feedback(act: str, *, answered: bool = True, **fields: object) -> Prepare:
    def prepare(session: Session, county: County, desk: Desk) -> tuple[str, dict[str, object]]:
        session.rollback()
        made = (
            questions.answer(session, county)
            if answered
            else questions.ask(session, text="东河镇？")
        )
        session.commit()
        page = f"/feedback/{made.id}"
        seen = form_to(desk.text(page), f"#step-{act}").fields[f"{act}-revision"]
        typed = {f"{act}-{name}": value for name, value in fields.items()}
        return f"{page}/{act}", {f"{act}-revision": seen, **typed}

    return prepare


def _merge(session: Session, county: County, desk: Desk) -> tuple[str, dict[str, object]]:
    session.rollback()
    into = questions.ask(session)
    session.commit()
    return _feedback("merge", into=into.id)(session, county, desk)


def _new_notice(_s: Session, county: County, _d: Desk) -> tuple[str, dict[str, object]]:
    typed = {"category": "work", "title": "一件通报", "dated_on": "2026-11-02", "body": "如下"}
    return "/notices/new", {"unit": county.units["jt"].id, **typed}


def _notice(session: Session, county: County) -> NoticeEdition:
    session.rollback()
    made = warnings.draft(session, county)
    session.commit()
    return made


def _edit_notice(session: Session, county: County, desk: Desk) -> tuple[str, dict[str, object]]:
    page = f"/notices/{_notice(session, county).id}/edit"
    _path, fields = _new_notice(session, county, desk)
    return page, {**fields, "revision": revision(desk, page)}


def _start_notice(session: Session, county: County, _d: Desk) -> tuple[str, dict[str, object]]:
    session.rollback()
    made = warnings.publish(session, county)
    session.commit()
    return f"/notices/{made.id}/editions", {}


def _confirm(session: Session, county: County, desk: Desk) -> tuple[str, dict[str, object]]:
    session.rollback()
    made = warnings.draft(session, county, body="电话 13900012345")
    publishing.submit(session, made, county.staff["editor"], utc_now())
    session.commit()
    fields = form_to(desk.text(f"/publishing/notices/{made.id}"), "/confirm").fields
    seen = {name: fields[name] for name in ("revision", "checked")}
    return f"/notices/{made.id}/confirm", dict(seen)


def _submit_notices(session: Session, county: County, _d: Desk) -> tuple[str, dict[str, object]]:
    made = _notice(session, county)
    return "/notices", {"chosen": f"notices:{made.id}:{made.revision}"}


POSTS: dict[str, Post] = {
    "notices.index": Post("editor", _submit_notices, ["publishing.submit"]),
    "notices.new": Post("editor", _new_notice, ["publishing.edit"]),
    "notices.edit": Post("editor", _edit_notice, ["publishing.edit"]),
    "notices.start": Post("editor", _start_notice, ["publishing.edit"]),
    "notices.confirm": Post("reviewer", _confirm, ["notices.confirm"]),
    "feedback.answer": Post(
        "editor", _feedback("answer", answered=False, text="如下"), ["feedback.answer"]
    ),
    "feedback.mask": Post("editor", _feedback("mask", passages="东河镇"), ["feedback.mask"]),
    "feedback.approve": Post("reviewer", _feedback("approve"), ["feedback.approve"]),
    "feedback.send_back": Post(
        "reviewer", _feedback("return", reason="请写明金额"), ["feedback.send_back"]
    ),
    "feedback.decline": Post("reviewer", _feedback("decline", why="abuse"), ["feedback.decline"]),
    "feedback.decline-report": Post(
        "reviewer", _feedback("decline", why="report"), ["feedback.erase"]
    ),
    "feedback.merge": Post("reviewer", _merge, ["feedback.merge"]),
    # Seen by nobody else and gone in a while: what waits for a decision is no act yet.
    "imports.upload": Post("editor", _workbook),
    "imports.drop": Post("editor", _handed_in("drop")),
    "imports.check": Post("editor", _handed_in("check")),
    "imports.cancel": Post("editor", _handed_in("cancel")),
    "imports.apply": Post("editor", _handed_in("apply"), ["imports.apply"]),
    "powers.start": Post("editor", _start_list, ["publishing.edit"]),
    "powers.new_item": Post("editor", _new_item, ["publishing.edit"]),
    "powers.item": Post("editor", _item, ["publishing.edit"]),
    "powers.terms": Post("editor", _terms, ["publishing.edit"]),
    "powers.move_item": Post("editor", _move, ["publishing.edit"]),
    "powers.remove_item": Post("editor", _remove, ["publishing.edit"]),
    "disclosures.new": Post("editor", _new_disclosure, ["publishing.edit"]),
    "disclosures.look": Post("editor", _look),
    "disclosures.edit": Post("editor", _edit_disclosure, ["publishing.edit"]),
    "disclosures.start": Post("editor", _start_disclosure, ["publishing.edit"]),
    "publishing.review": Post("reviewer", _decide("publish"), ["publishing.publish"]),
    "publishing.review-back": Post(
        "reviewer", _decide("return", reason="请写明依据"), ["publishing.send_back"]
    ),
    "publishing.review-later": Post(
        "reviewer", _decide("schedule", moment=_tomorrow()), ["publishing.schedule"]
    ),
    "publishing.index": Post("reviewer", _approve("publish"), ["publishing.publish"]),
    "publishing.index-later": Post(
        "reviewer", _approve("schedule", moment=_tomorrow()), ["publishing.schedule"]
    ),
    "publishing.reschedule": Post(
        "reviewer", _waiting("reschedule", moment=_tomorrow()), ["publishing.reschedule"]
    ),
    "publishing.unschedule": Post(
        "reviewer", _waiting("unschedule", reason="日期定错了"), ["publishing.unschedule"]
    ),
    "publishing.correct": Post("editor", _correct, ["publishing.edit"]),
    "powers.index": Post("editor", _submit_lists, ["publishing.submit"]),
    "disclosures.index": Post("editor", _submit_papers, ["publishing.submit"]),
    "publishing.withdraw": Post("reviewer", _withdraw, ["publishing.withdraw"]),
    "publishing.submit": Post("editor", _submit, ["publishing.submit"]),
    "publishing.take_back": Post("editor", _take_back, ["publishing.take_back"]),
    "publishing.discard": Post("editor", _discard, ["publishing.discard"]),
}
