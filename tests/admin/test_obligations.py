"""Obligations on the internal site: reminders, rules, days put off, and the calendar."""

from __future__ import annotations

import sys
from datetime import date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from admin import today
from admin.obligations import pages, rules
from admin.obligations.calendar import read_days
from domain import former_codes, publishing
from domain.db import Session
from domain.disclosures import DisclosureEdition
from domain.obligations import Obligation, Release, Rule
from domain.workdays import CalendarYear
from tests.admin.conftest import Desk, SignIn
from tests.admin.obligation_posts import RULE, open_one
from tests.admin.pages import form_to, form_with, read
from tests.fixtures.county import County
from tests.fixtures.owing import at, owe

NOW = at(date(2026, 11, 20))


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages' day is 20 November 2026."""

    def now() -> datetime:
        return NOW

    # The package gives the blueprint itself by that name.
    common = sys.modules["admin.obligations.blueprint"]
    for module in (common, pages, rules, today):
        monkeypatch.setattr(module, "utc_now", now)


@pytest.fixture
def owing(session: Session, county: County) -> County:
    owe(session, county)
    edition = session.scalars(sa.select(DisclosureEdition).order_by(DisclosureEdition.id)).first()
    assert edition is not None
    publishing.withdraw(session, edition, "有误", county.staff["reviewer"], NOW)
    session.commit()
    return county


def links(desk: Desk, path: str) -> list[str]:
    tags = read(desk.text(path)).tags
    return [found["href"] for tag, found in tags if tag == "a" and "href" in found]


def test_an_editor_is_reminded_of_what_the_own_unit_owes(as_: SignIn, owing: County) -> None:
    text = as_("editor").text("/")
    table = text[text.index("本单位要公开的") :].partition("</table>")[0]
    assert "重大问题决策，2026年第三季度" in table
    assert '<span class="tag high">已超过期限</span>' in table
    assert "已逾期 23 个工作日" in table
    # Put off to 10 December.
    assert '<span class="tag info">十五个工作日内到期</span>' in table
    assert "还有 14 个工作日" in table
    assert "东河镇" not in table
    assert "本单位要公开的" not in as_("reviewer").text("/")


def test_the_link_begins_the_very_draft(as_: SignIn, owing: County) -> None:
    desk = as_("editor")
    address = next(link for link in links(desk, "/") if link.startswith("/disclosures/new?"))
    asked = parse_qs(urlsplit(address).query)
    assert asked == {
        "unit": [str(owing.units["jt"].id)],
        "leaf": ["decision"],
        "period": ["2026年第三季度"],
        "year": ["2026"],
    }
    form = form_with(desk.text(address), "period").fields
    assert {name: form[name] for name in asked} == {name: asked[name][0] for name in asked}


@pytest.mark.parametrize(
    "odd", ["unit=x&leaf=x&year=x", "year=99999999999999999999", f"period={'长' * 99}", "unit=-1"]
)
def test_odd_beginnings_are_no_error(as_: SignIn, county: County, odd: str) -> None:
    assert as_("editor").get(f"/disclosures/new?{odd}").status_code == 200


def test_the_commission_sees_how_many_each_unit_owes(as_: SignIn, owing: County) -> None:
    for username in ("reviewer", "chief"):
        text = as_(username).text("/obligations")
        assert "各单位逾期未公开" in text
        assert 'unit=jw">县纪委监委</a> <b class="num">3</b>' in text
        overdue = as_(username).text("/obligations?status=overdue&unit=dh&thing=goal")
        assert "工作目标，2026年第一季度" in overdue
        assert "交通运输局</td>" not in overdue


def test_a_former_code_leads_to_the_units_obligations(
    as_: SignIn, session: Session, owing: County
) -> None:
    former_codes.rename(session, owing.units["dh"], "dhx", None, NOW)
    session.commit()
    for code in ("dh", "dhx"):
        overdue = as_("chief").text(f"/obligations?status=overdue&unit={code}")
        assert "东河镇</td>" in overdue
        assert "教育局</td>" not in overdue
    # Whom somebody may not reach, they reach by no code.
    assert "东河镇" not in as_("editor").text("/obligations?status=overdue&unit=dh")


def test_an_editor_reaches_the_own_unit_alone(as_: SignIn, session: Session, owing: County) -> None:
    desk = as_("editor")
    assert "教育局" not in desk.text("/obligations?status=overdue&unit=jy")
    for obligation in session.scalars(sa.select(Obligation)).all():
        own = obligation.unit_id == owing.units["jt"].id
        assert desk.get(f"/obligations/{obligation.id}").status_code == (200 if own else 404)
    assert desk.get("/obligations/999").status_code == 404
    assert desk.get("/obligations/rules").status_code == 403


def test_a_day_is_put_off_and_that_is_told(as_: SignIn, session: Session, county: County) -> None:
    number = open_one(session, county)
    desk = as_("reviewer")
    fields = {"extend-due_on": "2026-10-01", "extend-reason": "洪灾抢险"}
    refused = desk.post(f"/obligations/{number}/extend", **fields)
    text = refused.get_data(as_text=True)
    assert "新的期限应晚于原来的期限" in text
    assert form_to(text, "/extend").fields["extend-reason"] == "洪灾抢险"
    assert "请写明理由" in desk.post(f"/obligations/{number}/lift").get_data(as_text=True)
    fields["extend-due_on"] = "2026-12-31"
    assert desk.post(f"/obligations/{number}/extend", **fields).status_code == 303
    assert "→ 2026-12-31" in desk.text(f"/obligations/{number}")
    assert desk.post(f"/obligations/{number}/lift", **{"lift-reason": "免"}).status_code == 303
    settled = desk.text(f"/obligations/{number}")
    assert "准予延期" not in settled
    again = desk.post(f"/obligations/{number}/lift", **{"lift-reason": "免"})
    assert "已经免除" in again.get_data(as_text=True)


def test_an_answer_can_be_looked_at(as_: SignIn, session: Session, owing: County) -> None:
    done = session.scalar(
        sa.select(Obligation.id).where(
            Obligation.unit_id == owing.units["jt"].id, Obligation.period == "2026Q1"
        )
    )
    text = as_("editor").text(f"/obligations/{done}")
    assert "按时公开" in text
    assert ">养护资金分配</a>" in text


def test_a_rule_is_made_changed_and_ended(as_: SignIn, session: Session, county: County) -> None:
    desk = as_("reviewer")
    assert "还没有公开要求。" in desk.text("/obligations/rules")
    new = {**RULE, "valid_from": "2026-11-20"}
    early = desk.post("/obligations/rules/new", **new | {"valid_from": "2026-11-19"})
    assert "不能早于今天" in early.get_data(as_text=True)
    odd = desk.post("/obligations/rules/new", **new | {"days": "999", "scope": "kind:x"})
    assert odd.status_code == 200
    assert desk.post("/obligations/rules/new", **new).status_code == 303
    (rule,) = session.scalars(sa.select(Rule)).all()
    form = form_to(desk.text(f"/obligations/rules/{rule.id}"), f"/rules/{rule.id}").fields
    assert (form["scope"], form["days"]) == ("kind:organ", "10")
    unit = f"unit:{county.units['jt'].id}"
    changed = new | {"days": "5", "scope": unit, "valid_from": "2026-12-01"}
    assert desk.post(f"/obligations/rules/{rule.id}", **changed).status_code == 303
    session.rollback()
    former, follower = session.scalars(sa.select(Rule).order_by(Rule.id)).all()
    assert (former.valid_until, follower.unit_id) == (date(2026, 11, 30), county.units["jt"].id)
    end = f"/obligations/rules/{follower.id}/end"
    refused = desk.post(end, **{"end-last": "2026-11-01", "end-reason": "不再要求"})
    text = refused.get_data(as_text=True)
    assert "停止的日期不能早于今天" in text
    assert form_to(text, f"/rules/{follower.id}").fields["scope"] == unit
    assert desk.get("/obligations/rules/99").status_code == 404


def test_a_unit_is_released(as_: SignIn, session: Session, owing: County) -> None:
    desk = as_("chief")
    fields = {"unit": owing.units["jy"].id, "from_on": "2026-11-19", "reason": "撤并"}
    early = desk.post("/obligations/releases", **fields)
    assert "不能早于今天" in early.get_data(as_text=True)
    fields["from_on"] = "2026-11-23"
    assert desk.post("/obligations/releases", **fields).status_code == 303
    session.rollback()
    assert session.scalars(sa.select(Release.reason)).all() == ["撤并"]
    assert "撤并" in desk.text("/obligations/rules")


def test_a_year_is_entered(as_: SignIn, session: Session, owing: County) -> None:
    desk = as_("reviewer")
    fields = {"year": "2027", "holidays": "元旦放假", "workdays": "", "source": "通知"}
    refused = desk.post("/obligations/calendar", **fields)
    assert "看不懂这一行：元旦放假" in refused.get_data(as_text=True)
    fields["holidays"] = "2026-01-01"
    assert "2027 年以内" in desk.post("/obligations/calendar", **fields).get_data(as_text=True)
    fields["holidays"] = "2027-01-01 至 2027-01-03\n2027/1/4"
    assert desk.post("/obligations/calendar", **fields).status_code == 303
    stored = session.scalars(sa.select(CalendarYear)).one()
    assert stored.holidays == ["2027-01-01", "2027-01-02", "2027-01-03", "2027-01-04"]
    assert "2027-01-04" in desk.text("/obligations/calendar")
    assert session.query(Obligation).filter_by(provisional=True).count() == 0


@pytest.mark.parametrize(
    "line",
    ["2027-02-30", "2027-01-05至2027-01-01", "2027-01-01至2027-12-31", "1月1日", "2027-01-01，"],
)
def test_lines_that_name_no_days(line: str) -> None:
    with pytest.raises(ValueError, match=line[:6]):
        read_days(f"2027-01-01\n\n{line}")
