"""Handing in a workbook: what it would do is seen before it is done, by nobody else (promise 13)."""

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from domain import imports
from domain.audit import AuditRow
from domain.db import Session
from domain.disclosures import DisclosureEdition
from domain.imports import uploads
from domain.imports.uploads import ImportUpload
from domain.permissions import Role
from domain.publishing import State
from domain.units import Unit
from tests.admin.conftest import Desk, SignIn
from tests.domain.imports.rows import DISCLOSURE, FILLED, POWER
from tests.domain.imports.workbooks import filled
from tests.fixtures.county import NOW, County


@pytest.fixture
def editor(as_: SignIn) -> Desk:
    """The editor of the transport bureau."""
    return as_("editor")


def hand_in(desk: Desk, file: io.BytesIO, name: str = "交通局.xlsx") -> TestResponse:
    return desk.post("/imports", workbook=(file, name))


def page_of(desk: Desk, file: io.BytesIO) -> tuple[str, str]:
    """Where the workbook's page is, and what it says."""
    response = hand_in(desk, file)
    assert response.status_code == 303, response.get_data(as_text=True)
    return response.location, desk.text(response.location)


def test_the_template_is_handed_out(editor: Desk) -> None:
    response = editor.get("/imports/template")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "权力清单" in load_workbook(io.BytesIO(response.data)).sheetnames


def test_a_workbook_is_checked_then_imported(editor: Desk, session: Session) -> None:
    address, page = page_of(editor, filled(powers=[POWER], disclosures=[DISCLOSURE]))
    assert "可以导入" in page
    assert "提交审核 2 份稿件" in page
    assert "清单比上一版少了 1 项：养护资金分配" in page
    count = sa.select(sa.func.count(DisclosureEdition.id))
    before = session.scalar(count)
    session.rollback()

    done = editor.post(f"{address}/apply")
    assert (done.status_code, done.location) == (303, address)
    said = editor.text(address)
    assert "已导入：新增 1 行，更改 1 行，不变 0 行；2 份稿件已提交审核" in said
    assert "交通局.xlsx" not in editor.text("/imports")
    assert session.scalar(count) == (before or 0) + 1
    edition = session.scalars(sa.select(DisclosureEdition).order_by(DisclosureEdition.id.desc()))
    newest = edition.first()
    assert newest is not None
    assert newest.author is not None
    assert (newest.state, newest.author.username) == (State.SUBMITTED, "editor")
    rows = session.scalars(sa.select(AuditRow.action).where(AuditRow.action.startswith("imports")))
    assert rows.all() == ["imports.apply"]
    # A second click, or the back button, imports nothing twice.
    editor.post(f"{address}/apply")
    assert "这份工作簿已经导入了" in editor.text(address)
    assert session.scalar(count) == (before or 0) + 1

    _, again = page_of(editor, filled(powers=[POWER], disclosures=[DISCLOSURE]))
    assert "没有变化" in again
    assert "确认导入" not in again


def test_errors_are_shown_and_nothing_is_imported(editor: Desk, session: Session) -> None:
    address, page = page_of(
        editor, filled(disclosures=[DISCLOSURE, DISCLOSURE | {"unit": "<b>没有的局"}])
    )
    assert "有 1 处错误，一行也不会导入" in page
    assert "找不到单位“&lt;b&gt;没有的局”" in page
    assert "确认导入" not in page
    copy = editor.get(f"{address}/marked")
    assert "attachment" in copy.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(copy.data))
    assert book["错误"]["B2"].value == "A3"
    # Whoever confirms all the same is refused.
    assert editor.post(f"{address}/apply").location == address
    assert "没有导入" in editor.text(address)
    assert session.scalar(sa.select(sa.func.count(DisclosureEdition.id))) == 1


def test_what_changed_in_between_is_noticed(editor: Desk, session: Session, county: County) -> None:
    address, page = page_of(editor, filled(disclosures=[DISCLOSURE]))
    assert "确认导入" in page
    other = imports.read(filled(disclosures=[DISCLOSURE | {"body": "别的"}]))
    imports.apply(session, other, None, NOW)
    session.commit()
    editor.post(f"{address}/apply")
    page = editor.text(address)
    assert "核对以后系统里的内容有了变化，工作簿一行也没有导入" in page
    assert "确认导入" not in page
    assert "正在审核" in page


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "a.xlsx", "是空文件"),
        (b"text", "a.xlsx", "这不是 .xlsx 工作簿"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "旧格式"),
        (b"PK\x03\x04", "a.xlsx", "已损坏"),
        (b"text", "a.docx", "请用 Excel 或 WPS 另存为 .xlsx 再导入"),
    ],
)
def test_a_bad_file_gets_its_sentence(editor: Desk, data: bytes, name: str, reason: str) -> None:
    response = hand_in(editor, io.BytesIO(data), name)
    assert response.status_code == 422
    assert reason in response.get_data(as_text=True)


def test_no_file_at_all(editor: Desk) -> None:
    response = editor.post("/imports")
    assert response.status_code == 422
    assert "请选择要导入的工作簿" in response.get_data(as_text=True)


def test_a_workbook_without_forms_says_so_on_its_page(editor: Desk) -> None:
    from tests.domain.imports.workbooks import book

    address, page = page_of(editor, book({"通讯录": [["电话"]]}))
    assert "这份工作簿不能导入" in page
    assert "没有可以导入的工作表" in page
    assert editor.get(f"{address}/marked").location == address
    assert editor.post(f"{address}/apply").location == address


def test_a_workbook_is_dropped(editor: Desk, session: Session) -> None:
    address, _ = page_of(editor, filled())
    assert "交通局.xlsx" in editor.text("/imports")
    assert editor.post(f"{address}/drop").location == "/imports"
    assert session.scalar(sa.select(sa.func.count(ImportUpload.id))) == 0
    assert [editor.get(address).status_code, editor.post(f"{address}/drop").status_code] == [
        404,
        404,
    ]


def test_nobody_reaches_anothers_workbook(
    editor: Desk, as_: SignIn, session: Session, county: County
) -> None:
    address, _ = page_of(editor, filled(disclosures=[DISCLOSURE]))
    county.staff["chief"].role_names = [Role.EDITOR]
    session.commit()
    other, reviewer = as_("chief"), as_("reviewer")
    assert "交通局.xlsx" not in other.text("/imports")
    for path in (address, f"{address}/marked"):
        assert other.get(path).status_code == 404
        assert reviewer.get(path).status_code == 403
    for path in (f"{address}/apply", f"{address}/drop"):
        assert other.post(path).status_code == 404
        assert reviewer.post(path).status_code == 403
    assert reviewer.get("/imports").status_code == 403


def test_the_commission_brings_in_units(as_: SignIn, session: Session, county: County) -> None:
    county.staff["editor"].unit_id = None
    session.commit()
    desk = as_("editor")
    assert "单位、职务和干部导入后立即生效" in desk.text("/imports")
    address, _ = page_of(desk, filled(**FILLED))
    desk.post(f"{address}/apply")
    assert session.scalar(sa.select(Unit.name).where(Unit.code == "NY")) == "云岭县农业农村局"


def test_workbooks_run_out_and_do_not_pile_up(session: Session, county: County) -> None:
    actor = county.staff["editor"]
    kept = [uploads.keep(session, f"{n}.xlsx", b"x", actor, NOW).id for n in range(7)]
    assert [one.id for one in uploads.of_person(session, actor, NOW)] == kept[:1:-1]
    later = NOW + uploads.LASTS
    assert uploads.by_id(session, kept[-1], actor, later - timedelta(seconds=1)) is not None
    assert uploads.by_id(session, kept[-1], actor, later) is None
    assert uploads.forget_old(session, later) == 5
