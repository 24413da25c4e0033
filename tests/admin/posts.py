"""Every POST of the site once, as it succeeds: who sends it, where, what, and how many rows it leaves.

`test_posts` walks the site's addresses and fails for one that is missing here.
"""

from __future__ import annotations

import sqlalchemy as sa

from domain.db import Session
from domain.offices import OfficeKind
from domain.reports import ReportFile
from tests.admin.cases import NAMED, ask_identity, end_readings, hand_in, open_clue
from tests.admin.conftest import Desk
from tests.admin.desk_posts import POSTS as DESK
from tests.admin.obligation_posts import POSTS as OBLIGATIONS
from tests.admin.post import Post, Prepare
from tests.admin.synonym_posts import POSTS as SYNONYMS
from tests.fixtures.county import County, password_of


def _report(session: Session, county: County, desk: Desk) -> str:
    """A named report with a file that the officer holds open; its address."""
    number = hand_in(session, county, identity=NAMED, attached=[("a.txt", b"x")])
    desk.post(f"/reports/{number}/open")
    return f"/reports/{number}"


def _step(step: str, **fields: object) -> Prepare:
    def prepare(session: Session, county: County, desk: Desk) -> tuple[str, dict[str, object]]:
        page = _report(session, county, desk)
        return f"{page}/{step}", {f"{step}-{name}": value for name, value in fields.items()}

    return prepare


def _sign_in(_s: Session, _c: County, _d: Desk) -> tuple[str, dict[str, object]]:
    return "/signin", {"username": "intake", "password": password_of("intake")}


def _sign_in_wrongly(_s: Session, _c: County, _d: Desk) -> tuple[str, dict[str, object]]:
    return "/signin", {"username": "intake", "password": "wrong"}


def _sign_out(_s: Session, _c: County, _d: Desk) -> tuple[str, dict[str, object]]:
    return "/signout", {}


def _open_report(session: Session, county: County, _d: Desk) -> tuple[str, dict[str, object]]:
    return f"/reports/{hand_in(session, county)}/open", {}


def _download(session: Session, county: County, desk: Desk) -> tuple[str, dict[str, object]]:
    page = _report(session, county, desk)
    session.rollback()
    number = page.rpartition("/")[2]
    held = session.scalars(sa.select(ReportFile.id).where(ReportFile.report_id == number)).one()
    return f"{page}/files/{held}", {}


def _pass_on(session: Session, county: County, desk: Desk) -> tuple[str, dict[str, object]]:
    office = county.offices[OfficeKind.INVESTIGATION].id
    return f"{_report(session, county, desk)}/pass-on", {"pass-on-office": office}


def _clue(session: Session, county: County, desk: Desk) -> tuple[str, dict[str, object]]:
    page = _report(session, county, desk)
    official = county.officials["transport"].id
    return f"{page}/clue", {
        "clue-official": official,
        "clue-category": "work",
        "clue-account": "涉嫌串标",
    }


def _find(session: Session, county: County, desk: Desk) -> tuple[str, dict[str, object]]:
    return f"{_report(session, county, desk)}/clue", {"clue-find": "周", "find": "1"}


def _open_clue(session: Session, county: County, _d: Desk) -> tuple[str, dict[str, object]]:
    clue = open_clue(session, county)
    end_readings(session)
    return f"/clues/{clue}/open", {}


def _link(session: Session, county: County, _d: Desk) -> tuple[str, dict[str, object]]:
    return f"/clues/{open_clue(session, county)}/link", {"section": "other"}


def _read_file(_s: Session, county: County, _d: Desk) -> tuple[str, dict[str, object]]:
    return f"/integrity/{county.officials['town'].id}/open", {"reason": "核对"}


def _approve(session: Session, county: County, _d: Desk) -> tuple[str, dict[str, object]]:
    return f"/identities/{ask_identity(session, county)}/approve", {}


def _refuse(session: Session, county: County, _d: Desk) -> tuple[str, dict[str, object]]:
    return f"/identities/{ask_identity(session, county)}/refuse", {"why": "先核对材料"}


def _look(session: Session, county: County, _d: Desk) -> tuple[str, dict[str, object]]:
    return f"/identities/{ask_identity(session, county, approved=True)}/open", {}


# By endpoint; what can end in several ways stands more than once, told apart by a word after a dash.
POSTS: dict[str, Post] = {
    "signin.form": Post("", _sign_in, ["staff.sign_in"]),
    "signin.form-wrongly": Post("", _sign_in_wrongly, ["staff.sign_in_failed"]),
    "signin.leave": Post("intake", _sign_out, ["staff.sign_out"]),
    "reports.unlock": Post("intake", _open_report, ["reports.open"]),
    "reports.download": Post("intake", _download, ["reports.download"]),
    "reports.accept": Post("intake", _step("accept", category="work"), ["reports.accept"]),
    "reports.decline": Post(
        "intake", _step("decline", why="litigation", text="请去法院"), ["reports.decline"]
    ),
    "reports.refer": Post("intake", _step("refer", text="已转住建局"), ["reports.refer_out"]),
    "reports.ask": Post("intake", _step("ask", text="合同编号？"), ["reports.ask"]),
    "reports.pass_on": Post("intake", _pass_on, ["reports.pass_on"]),
    "reports.clue": Post("intake", _clue, ["clues.open_from_report"]),
    "reports.clue-find": Post("intake", _find),
    "reports.identity": Post("intake", _step("identity", reason="核实"), ["identities.request"]),
    "clues.unlock": Post("intake", _open_clue, ["clues.open"]),
    "clues.link": Post("intake", _link, ["integrity.link"]),
    "integrity.unlock": Post("manager", _read_file, ["integrity.open"]),
    "identities.approve": Post("chief", _approve, ["identities.approve"]),
    "identities.refuse": Post("chief", _refuse, ["identities.refuse"]),
    "identities.unlock": Post("custodian", _look, ["identities.open"]),
    **DESK,
    **OBLIGATIONS,
    **SYNONYMS,
}
