"""Several editions at once, by check boxes; publication at a set time; corrections."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from domain import publishing
from domain.audit import AuditRow
from domain.clock import BEIJING, utc_now
from domain.db import Session
from domain.disclosures import DisclosureEdition
from domain.permissions import Role
from domain.powers import PowerEdition
from domain.publishing import State
from tests.admin.conftest import Desk, SignIn
from tests.admin.pages import form_to, form_with, read
from tests.admin.statements import statements
from tests.fixtures.county import County, draft_disclosure, draft_powers
from web.app import Site

BOX = re.compile(r'name="chosen" value="([^"]+)"')


@pytest.fixture
def reviewer(as_: SignIn) -> Desk:
    return as_("reviewer")


@pytest.fixture
def editor(as_: SignIn) -> Desk:
    return as_("editor")


def submitted(session: Session, county: County, *titles: str) -> list[DisclosureEdition]:
    made = [draft_disclosure(session, county, title) for title in titles]
    for edition in made:
        publishing.submit(session, edition, county.staff["editor"], utc_now())
    session.commit()
    return made


def boxes(desk: Desk, path: str) -> list[str]:
    return BOX.findall(desk.text(path))


def state(session: Session, edition: publishing.Edition) -> State:
    session.rollback()
    session.refresh(edition)
    return edition.state


def typed(moment: datetime) -> str:
    """As the picker sends it."""
    return moment.astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M")


def test_drafts_are_handed_in_together_and_each_is_judged(
    editor: Desk, session: Session, county: County
) -> None:
    good = draft_disclosure(session, county, "写完的")
    empty = draft_disclosure(session, county, "没写完的")
    empty.body = ""
    session.commit()
    chosen = boxes(editor, "/disclosures")
    assert len(chosen) == 2
    page = editor.post("/disclosures", chosen=chosen).get_data(as_text=True)
    assert "1 件没有办成" in page
    assert "1 件已经办成" in page
    assert "缺少正文" in page
    assert page.index("没写完的") < page.index("写完的", page.index("1 件已经办成"))
    assert (state(session, good), state(session, empty)) == (State.SUBMITTED, State.DRAFT)
    assert boxes(editor, "/disclosures") == [f"disclosures:{empty.id}:{empty.revision}"]


def test_lists_are_handed_in_together(
    editor: Desk, as_: SignIn, session: Session, county: County
) -> None:
    edition = draft_powers(session, county)
    session.commit()
    assert boxes(as_("reviewer"), "/powers") == []
    chosen = boxes(editor, "/powers?state=draft")
    page = editor.post("/powers?state=draft", chosen=chosen).get_data(as_text=True)
    assert 'href="/powers?state=draft"' in page
    assert state(session, edition) is State.SUBMITTED


def test_nothing_chosen_says_so_and_nonsense_does_nothing(
    editor: Desk, reviewer: Desk, session: Session, county: County
) -> None:
    (paper,) = submitted(session, county, "等着的")
    assert editor.post("/disclosures").headers["Location"] == "/disclosures"
    assert "没有选中任何一件" in editor.text("/disclosures")
    odd = ["", "x", "powers", "powers:x:1", "units:1:1", f"disclosures:{'9' * 30}:1", "powers:-1:1"]
    assert reviewer.post("/publishing", decision="publish", chosen=odd).status_code == 303
    forged = f"disclosures:{paper.id}:0"
    page = reviewer.post("/publishing", decision="publish", chosen=forged).get_data(as_text=True)
    assert "内容又有变化" in page
    assert state(session, paper) is State.SUBMITTED


def test_editions_are_approved_together(reviewer: Desk, session: Session, county: County) -> None:
    first, second, third = submitted(session, county, "甲事项", "乙事项", "丙事项")
    chosen = boxes(reviewer, "/publishing")
    assert len(chosen) == 3
    publishing.take_back(session, second, county.staff["editor"], utc_now())
    publishing.submit(session, second, county.staff["editor"], utc_now())
    session.commit()
    page = reviewer.post("/publishing", decision="publish", chosen=chosen).get_data(as_text=True)
    assert "2 件已经办成" in page
    assert "内容又有变化" in page
    assert [state(session, one) for one in (first, second, third)] == [
        State.PUBLISHED,
        State.SUBMITTED,
        State.PUBLISHED,
    ]


def test_nobody_approves_their_own_among_others(
    as_: SignIn, session: Session, county: County
) -> None:
    county.staff["editor"].role_names = sorted({Role.EDITOR, Role.REVIEWER})
    (own,) = submitted(session, county, "自己的")
    both = as_("editor")
    assert boxes(both, "/publishing") == []
    forced = both.post(
        "/publishing", decision="publish", chosen=f"disclosures:{own.id}:{own.revision}"
    )
    assert "起草人不能审核自己的稿件" in forced.get_data(as_text=True)
    assert state(session, own) is State.SUBMITTED


def test_another_units_edition_cannot_be_chosen(
    as_: SignIn, session: Session, county: County
) -> None:
    (paper,) = submitted(session, county, "交通局的")
    county.staff["reviewer"].unit_id = county.units["jy"].id
    session.commit()
    chosen = f"disclosures:{paper.id}:{paper.revision}"
    assert as_("reviewer").post("/publishing", decision="publish", chosen=chosen).status_code == 303
    assert state(session, paper) is State.SUBMITTED


def test_together_for_a_time_to_come(reviewer: Desk, session: Session, county: County) -> None:
    papers = submitted(session, county, "甲事项", "乙事项")
    chosen = boxes(reviewer, "/publishing")
    page = reviewer.post("/publishing?kind=disclosures", decision="schedule", chosen=chosen)
    assert "请填写公开的日期和时间" in (text := page.get_data(as_text=True))
    assert text.count(" checked") == 2
    for wrong, sentence in (("明天", "例如 2026-12-01 09:00"), ("2026-02-31T09:00", "例如")):
        page = reviewer.post("/publishing", decision="schedule", chosen=chosen, moment=wrong)
        text = page.get_data(as_text=True)
        assert sentence in text
        assert f'value="{wrong}"' in text
    moment = (utc_now() + timedelta(days=2)).replace(second=0, microsecond=0)
    both = reviewer.post("/publishing", decision="publish", chosen=chosen, moment=typed(moment))
    assert "请先清空" in both.get_data(as_text=True)
    done = reviewer.post("/publishing", decision="schedule", chosen=chosen, moment=typed(moment))
    assert "2 件已经办成" in done.get_data(as_text=True)
    assert [state(session, one) for one in papers] == [State.SCHEDULED] * 2
    assert papers[0].scheduled_for == moment
    page_text = reviewer.text("/publishing/scheduled")
    assert "甲事项" in page_text
    assert f"{moment.astimezone(BEIJING):%H:%M}" in page_text
    assert "等待定时公开" in reviewer.text("/")


def test_many_cost_a_few_statements_each(
    site: Site, reviewer: Desk, editor: Desk, session: Session, county: County
) -> None:
    def cost(desk: Desk, path: str, chosen: list[str], **fields: str) -> int:
        desk.token()
        with statements(site) as sent:
            answer = desk.post(path, chosen=chosen, **fields)
        assert f"{len(chosen)} 件已经办成" in answer.get_data(as_text=True)
        return len(sent)

    for number in range(12):
        draft_disclosure(session, county, f"事项{number}")
    session.commit()
    chosen = boxes(editor, "/disclosures")
    one, eleven = (cost(editor, "/disclosures", some) for some in (chosen[:1], chosen[1:]))
    assert eleven - one <= 10 * 6
    chosen = boxes(reviewer, "/publishing")
    one, eleven = (
        cost(reviewer, "/publishing", some, decision="publish") for some in (chosen[:1], chosen[1:])
    )
    assert eleven - one <= 10 * 12
    assert one < 50


def test_one_is_approved_for_a_time_and_stopped(
    reviewer: Desk, editor: Desk, session: Session, county: County
) -> None:
    edition = draft_powers(session, county)
    publishing.submit(session, edition, county.staff["editor"], utc_now())
    session.commit()
    path = f"/publishing/powers/{edition.id}"
    fields = form_with(reviewer.text(path), "reason").fields
    page = reviewer.post(path, **fields | {"decision": "schedule"}).get_data(as_text=True)
    assert ("a", {"href": "#moment"}) in read(page).tags
    early = fields | {"decision": "schedule", "moment": "2026-01-05T09:00"}
    page = reviewer.post(path, **early).get_data(as_text=True)
    assert "已经过去" in page
    moment = (datetime.now(UTC) + timedelta(days=2)).replace(second=0, microsecond=0)
    slip = fields | {"decision": "schedule", "moment": typed(moment), "reason": "请修改"}
    assert "请先清空理由" in reviewer.post(path, **slip).get_data(as_text=True)
    done = reviewer.post(path, **fields | {"decision": "schedule", "moment": typed(moment)})
    assert done.status_code == 303
    assert (state(session, edition), edition.scheduled_for) == (State.SCHEDULED, moment)
    assert "等待定时公开" in editor.text(f"/powers/posts/{county.posts['transport'].id}")
    stop = f"{path}/unschedule"
    assert stop in editor.text(f"/powers/{edition.id}")
    fields = form_with(editor.text(stop), "reason").fields
    assert "请写明理由" in editor.post(stop, **fields).get_data(as_text=True)
    assert editor.post(stop, **fields | {"reason": "日期定错了"}).status_code == 303
    assert state(session, edition) is State.DRAFT
    assert "日期定错了" in editor.text(f"/powers/{edition.id}")
    assert "现在不在等待定时公开" in editor.text(stop)


def test_the_moment_of_what_waits_is_moved(
    reviewer: Desk, editor: Desk, session: Session, county: County
) -> None:
    (paper,) = submitted(session, county, "等着的")
    now = utc_now().replace(second=0, microsecond=0)
    moment, other = now + timedelta(days=2), now + timedelta(days=5)
    publishing.schedule(session, paper, moment, county.staff["reviewer"], utc_now())
    session.commit()
    path = f"/publishing/disclosures/{paper.id}"
    move = f"{path}/reschedule"
    assert "已经批准" in reviewer.text(path)
    for page in ("/publishing/scheduled", path, f"/disclosures/{paper.id}"):
        assert f'href="{move}"' in reviewer.text(page)
        assert f'href="{path}/unschedule"' in reviewer.text(page)
    assert move not in editor.text("/publishing/scheduled")
    assert move not in editor.text(f"/disclosures/{paper.id}")
    fields = form_with(reviewer.text(move), "moment").fields
    assert fields["moment"] == typed(moment)
    for wrong, sentence in (
        ("", "请填写公开的日期和时间"),
        ("明天", "例如 2026-12-01"),
        ("2026-01-05T09:00", "已经过去"),
        (typed(moment), "没有变化"),
    ):
        page_text = reviewer.post(move, **fields | {"moment": wrong}).get_data(as_text=True)
        assert sentence in page_text
        assert ("a", {"href": "#moment"}) in read(page_text).tags
        assert form_with(page_text, "moment").fields["moment"] == wrong
    stale = reviewer.post(move, **fields | {"moment": typed(other), "revision": "1"})
    assert "内容又有变化" in stale.get_data(as_text=True)
    assert reviewer.post(move, **fields | {"moment": typed(other)}).status_code == 303
    assert (state(session, paper), paper.scheduled_for) == (State.SCHEDULED, other)
    last = session.query(AuditRow).order_by(AuditRow.seq.desc()).first()
    assert last
    assert (last.action, last.details["moment"]) == ("publishing.reschedule", other.isoformat())
    publishing.unschedule(session, paper, "再核", county.staff["reviewer"], utc_now())
    session.commit()
    assert "现在不在等待定时公开" in reviewer.text(move)
    assert reviewer.post(move, **fields | {"moment": typed(moment)}).status_code == 200
    assert state(session, paper) is State.DRAFT


def test_what_was_not_published_at_its_moment_is_shown_to_both(
    reviewer: Desk, editor: Desk, session: Session, county: County
) -> None:
    late, waiting = submitted(session, county, "没能公开的", "还等着的")
    now = utc_now()
    long_ago, moment = now - timedelta(days=1), now - publishing.PATIENCE
    by = county.staff["reviewer"]
    publishing.schedule(session, late, moment, by, long_ago)
    publishing.schedule(session, waiting, now + timedelta(hours=1), by, long_ago)
    session.commit()
    said, counted = "到时间没有公开", "定时公开，到了时间没有公开"
    for desk in (reviewer, editor):
        assert re.search(r'<b class="tally num">1</b> <span>' + counted, desk.text("/"))
        listed = desk.text("/publishing/scheduled")
        rows = re.findall(r"<tr>.*?</tr>", listed, re.DOTALL)
        assert [said in row for row in rows if "没能公开的" in row] == [True]
        assert [said in row for row in rows if "还等着的" in row] == [False]
        assert "请告诉系统管理员" in listed
        assert "请告诉系统管理员" in desk.text(f"/disclosures/{late.id}")
        assert said not in desk.text(f"/disclosures/{waiting.id}")
    late.scheduled_for = utc_now()
    session.commit()
    assert counted not in editor.text("/")
    assert said not in editor.text("/publishing/scheduled")


def test_the_moment_of_ones_own_is_moved_by_another(
    as_: SignIn, session: Session, county: County
) -> None:
    (paper,) = submitted(session, county, "自己写的")
    publishing.schedule(
        session, paper, utc_now() + timedelta(days=2), county.staff["reviewer"], utc_now()
    )
    county.staff["editor"].role_names = sorted({Role.EDITOR, Role.REVIEWER})
    session.commit()
    page = as_("editor").text(f"/publishing/disclosures/{paper.id}/reschedule")
    assert "请由另一位审核人来改" in page
    assert not [form for form in read(page).forms if "moment" in form.fields]


def test_a_correction_is_begun_changed_and_dropped(
    editor: Desk, session: Session, county: County
) -> None:
    post = county.posts["transport"].id
    start = f"/powers/posts/{post}/editions"
    assert "更正现行版本" in editor.text(f"/powers/posts/{post}")
    editor.post(start, **{"from": "correct", "correction": "  "})
    assert "请写明更正什么" in editor.text(f"/powers/posts/{post}")
    bench = editor.post(start, **{"from": "correct", "correction": "第二项依据有误"}).location
    page = editor.text(bench)
    assert "第二项依据有误" in page
    session.rollback()
    edition = session.get_one(PowerEdition, int(bench.rpartition("/")[2]))
    assert edition.correction == "第二项依据有误"
    form = form_to(page, "/correction")
    editor.post(form.action, **form.fields | {"correction": "字" * 501})
    assert "更正理由最多 500 字" in editor.text(bench)
    editor.post(form.action, **form.fields | {"correction": "第三项也有误"})
    session.rollback()
    assert edition.correction == "第三项也有误"
    editor.post(form.action, **form.fields, drop="yes")
    assert "别人刚刚改过" in editor.text(bench)
    form = form_to(editor.text(bench), "/correction")
    editor.post(form.action, **form.fields, drop="yes")
    session.rollback()
    assert edition.correction == ""
    wrong = editor.post("/disclosures/1/editions", **{"from": "correct", "correction": "单位有误"})
    number = int(wrong.location.split("/")[2])
    session.rollback()
    assert session.get_one(DisclosureEdition, number).correction == "单位有误"


def test_single_parts_are_noted_and_seen_where_they_are_written(
    reviewer: Desk, editor: Desk, session: Session, county: County
) -> None:
    edition = draft_powers(session, county)
    publishing.submit(session, edition, county.staff["editor"], utc_now())
    (paper,) = submitted(session, county, "有意见的")
    first, second = edition.items
    path = f"/publishing/powers/{edition.id}"
    rows = {
        "remarks-0-about": f"item:{first.id}",
        "remarks-0-text": "依据写到条",
        "remarks-1-about": f"negative:{edition.negatives[0].id}",
        "remarks-1-text": "太笼统",
        "remarks-2-about": "effective_on",
        "remarks-2-text": "请核对",
    }
    page = reviewer.text(path)
    assert all(f'value="{about}"' in page for about in edition.parts)
    fields = form_with(page, "reason").fields
    slip = reviewer.post(path, **fields | rows | {"decision": "publish"}).get_data(as_text=True)
    assert "请先清空理由" in slip
    assert "依据写到条" in slip
    missing = reviewer.post(path, **fields | rows | {"decision": "return"}).get_data(as_text=True)
    assert "请写明理由" in missing
    assert "太笼统" in missing
    before = session.query(AuditRow).count()
    sent = reviewer.post(path, **fields | rows | {"decision": "return", "reason": "请修改"})
    assert sent.status_code == 303
    session.rollback()
    assert session.query(AuditRow).count() == before + 1
    bench = editor.text(f"/powers/{edition.id}")
    for words in ("依据写到条", "太笼统", "请核对", "有意见"):
        assert words in bench
    own = editor.text(f"/powers/{edition.id}/items/{first.id}")
    assert "依据写到条" in own
    assert "太笼统" not in own
    assert "依据写到条" not in editor.text(f"/powers/{edition.id}/items/{second.id}")
    terms = editor.text(f"/powers/{edition.id}/terms")
    assert "<q>不得直接分管工程招标</q>：太笼统" in terms
    assert "请核对" in terms
    path = f"/publishing/disclosures/{paper.id}"
    fields = form_with(reviewer.text(path), "reason").fields
    noted = {"remarks-0-about": "body", "remarks-0-text": "写明来源"}
    reviewer.post(path, **fields | noted | {"decision": "return", "reason": "请修改"})
    assert "写明来源" in editor.text(f"/disclosures/{paper.id}")
    assert "写明来源" in editor.text(f"/disclosures/{paper.id}/edit")
