from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest

from admin.app import create_app
from admin.settings import AdminSettings
from domain import powers, publishing
from domain.audit import AuditRow
from domain.db import Session
from domain.permissions import Role
from domain.powers import PowerEdition
from domain.publishing import State
from search import open_engine, open_reader, sync
from search.engine import Query, SearchEngine
from tests.admin.conftest import Desk, SignIn
from tests.admin.pages import form_with, read
from tests.admin.statements import statements
from tests.fixtures.county import NOW, County, draft_disclosure, draft_powers, make_public
from web.app import Site
from web.database import engine_of


@pytest.fixture
def reviewer(as_: SignIn) -> Desk:
    return as_("reviewer")


@pytest.fixture
def submitted(session: Session, county: County) -> PowerEdition:
    """The transport bureau's second edition, waiting for review."""
    edition = draft_powers(session, county, names=("新事项", "养护资金分配"))
    publishing.submit(session, edition, county.staff["editor"], NOW)
    session.commit()
    return edition


def state(session: Session, edition: publishing.Edition) -> State:
    session.rollback()
    session.refresh(edition)
    return edition.state


def test_the_queue_shows_who_waits_since_when(
    reviewer: Desk, session: Session, county: County, submitted: PowerEdition
) -> None:
    paper = draft_disclosure(session, county, "等着的事项")
    publishing.submit(session, paper, county.staff["editor"], NOW)
    session.commit()
    page = reviewer.text("/publishing")
    for words in ("交通运输局", "editor（测试）", "等着的事项", "11-20 10:00", "2 件", "五公开"):
        assert words in page
    assert "等着的事项" not in reviewer.text("/publishing?kind=powers")
    assert "等着的事项" in reviewer.text("/publishing?q=等着")
    assert "没有符合条件" in reviewer.text("/publishing?q=没有的")
    assert "等着的事项" in reviewer.text("/publishing?kind=odd&page=99")
    assert "稿件，等待我审核" in reviewer.text("/")


def test_an_empty_queue_says_so(reviewer: Desk) -> None:
    assert "现在没有等待审核的稿件" in reviewer.text("/publishing")


def test_a_review_shows_all_and_what_changes(reviewer: Desk, submitted: PowerEdition) -> None:
    page = reviewer.text(f"/publishing/powers/{submitted.id}")
    for words in (
        "与现行第 1 版相比",
        "新增",
        "删去",
        "农村公路建设项目安排",
        "村镇申报",
        "末位表态",
    ):
        assert words in page


def test_a_changed_item_shows_word_by_word_what_changes(
    reviewer: Desk, session: Session, submitted: PowerEdition
) -> None:
    submitted.items[1].source = "新的来源"
    session.commit()
    page = reviewer.text(f"/publishing/powers/{submitted.id}")
    compared = page[page.index('class="facts dense compared"') :]
    assert "权力来源" in compared
    assert re.search("<del>.{0,60}县委任命；县政府授权", compared)
    assert re.search("<ins>.{0,60}新的来源", compared)


def test_a_return_needs_a_reason_and_reaches_the_author(
    reviewer: Desk, as_: SignIn, session: Session, submitted: PowerEdition
) -> None:
    path = f"/publishing/powers/{submitted.id}"
    fields = form_with(reviewer.text(path), "reason").fields
    answer = reviewer.post(path, **fields, decision="return")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "请写明理由" in page
    assert ("a", {"href": "#reason"}) in read(page).tags
    fields = form_with(page, "reason").fields | {"reason": "第一项的来源\n写得不清楚"}
    assert reviewer.post(path, **fields, decision="return").status_code == 303
    assert state(session, submitted) is State.DRAFT
    editor = as_("editor")
    assert "写得不清楚" in editor.text(f"/powers/{submitted.id}")
    assert "被退回" in editor.text("/powers")


def test_a_reason_beside_the_wrong_button_publishes_nothing(
    reviewer: Desk, session: Session, submitted: PowerEdition
) -> None:
    path = f"/publishing/powers/{submitted.id}"
    fields = form_with(reviewer.text(path), "reason").fields | {"reason": "不行"}
    page = reviewer.post(path, **fields, decision="publish").get_data(as_text=True)
    assert "您写了退回理由" in page
    assert form_with(page, "reason").fields["reason"] == "不行"
    assert state(session, submitted) is State.SUBMITTED


def test_what_changed_since_it_was_read_is_not_published(
    reviewer: Desk, session: Session, county: County, submitted: PowerEdition
) -> None:
    path = f"/publishing/powers/{submitted.id}"
    fields = form_with(reviewer.text(path), "reason").fields
    editor = county.staff["editor"]
    publishing.take_back(session, submitted, editor, NOW)
    submitted.items[0].name = "换了一项"
    publishing.edit(session, submitted, None, editor, NOW)
    publishing.submit(session, submitted, editor, NOW)
    session.commit()
    page = reviewer.post(path, **fields, decision="publish").get_data(as_text=True)
    assert "内容又有变化" in page
    assert "换了一项" in page
    assert state(session, submitted) is State.SUBMITTED
    fields = form_with(page, "reason").fields
    assert reviewer.post(path, **fields, decision="publish").status_code == 303
    assert state(session, submitted) is State.PUBLISHED


@pytest.mark.parametrize("revision", ["", "x", "９", "99999999999999999999"])
def test_an_odd_revision_publishes_nothing(
    reviewer: Desk, session: Session, submitted: PowerEdition, revision: str
) -> None:
    path = f"/publishing/powers/{submitted.id}"
    answer = reviewer.post(path, revision=revision, decision="publish")
    assert answer.status_code == 200
    assert state(session, submitted) is State.SUBMITTED


def test_nobody_reviews_their_own(
    as_: SignIn, session: Session, county: County, submitted: PowerEdition
) -> None:
    county.staff["editor"].role_names = sorted({Role.EDITOR, Role.REVIEWER})
    session.commit()
    both = as_("editor")
    assert "您自己" in both.text("/publishing")
    path = f"/publishing/powers/{submitted.id}"
    page = both.text(path)
    assert "不能由您自己审核" in page
    assert not [form for form in read(page).forms if "reason" in form.fields]
    forced = both.post(path, revision=str(submitted.revision), decision="publish")
    assert "起草人不能审核自己的稿件" in forced.get_data(as_text=True)
    assert state(session, submitted) is State.SUBMITTED


def test_a_reviewer_of_a_unit_stays_in_it(
    as_: SignIn, session: Session, county: County, submitted: PowerEdition
) -> None:
    county.staff["reviewer"].unit_id = county.units["jy"].id
    session.commit()
    desk = as_("reviewer")
    assert "新事项" not in desk.text("/publishing")
    assert desk.get(f"/publishing/powers/{submitted.id}").status_code == 404
    assert "周明远" not in desk.text("/publishing/public")
    assert desk.post("/publishing/powers/1/withdraw", reason="x").status_code == 404


def test_what_is_not_waiting_cannot_be_decided(reviewer: Desk) -> None:
    assert "现在不在等待审核" in reviewer.text("/publishing/powers/1")
    assert "现在不在等待审核" in reviewer.text("/publishing/disclosures/1")


def test_what_is_public_is_found_and_withdrawn_with_a_reason(
    reviewer: Desk, session: Session, county: County
) -> None:
    make_public(session, county, draft_powers(session, county))
    session.commit()
    page = reviewer.text("/publishing/public")
    assert "农村公路养护资金使用结果" in page
    assert "/publishing/powers/1/withdraw" in page
    assert "/publishing/powers/1/" not in reviewer.text("/publishing/public?state=published")
    assert "养护资金使用" not in reviewer.text("/publishing/public?kind=powers&state=draft")
    assert "没有符合条件" in reviewer.text("/publishing/public?q=没有的")
    path = "/publishing/powers/2/withdraw"
    fields = form_with(reviewer.text(path), "reason").fields
    page = reviewer.post(path, **fields).get_data(as_text=True)
    assert ("a", {"href": "#reason"}) in read(page).tags
    fields["reason"] = "有一项写错了"
    assert reviewer.post(path, **fields | {"revision": "1"}).status_code == 200
    assert reviewer.post(path, **fields).headers["Location"] == "/publishing/public"
    session.rollback()
    edition = session.get(PowerEdition, 2)
    assert edition
    assert (edition.state, edition.reason) == (State.WITHDRAWN, "有一项写错了")
    assert "没有可以撤回的内容" in reviewer.text(path)
    assert "有一项写错了" in reviewer.text("/powers/2")
    last = session.query(AuditRow).order_by(AuditRow.seq.desc()).first()
    assert last
    assert (last.action, last.reason) == ("publishing.withdraw", "有一项写错了")


def test_a_disclosure_is_reviewed_against_the_one_in_force(
    reviewer: Desk, as_: SignIn, session: Session
) -> None:
    editor = as_("editor")
    path = editor.post("/disclosures/1/editions").headers["Location"]
    fields = form_with(editor.text(path), "title").fields | {"body": "改了正文"}
    assert editor.post(path, **fields).status_code == 303
    number = path.split("/")[2]
    page = editor.text(f"/disclosures/{number}")
    submission = next(f for f in read(page).forms if f.action.endswith("/submit"))
    editor.post(submission.action, **submission.fields)
    page = reviewer.text(f"/publishing/disclosures/{number}")
    assert "与现行第 1 版相比" in page
    assert "养护资金分到各乡镇。" in page
    fields = form_with(page, "reason").fields
    done = reviewer.post(f"/publishing/disclosures/{number}", **fields, decision="publish")
    assert done.status_code == 303
    assert "已被新版取代" in reviewer.text("/disclosures/1")
    assert "第一次公开" in reviewer.text(f"/publishing/disclosures/{number}")


def test_a_submission_of_what_one_has_not_read_is_refused(
    as_: SignIn, session: Session, county: County
) -> None:
    edition = draft_powers(session, county)
    session.commit()
    editor = as_("editor")
    editor.post(f"/publishing/powers/{edition.id}/submit", revision="99")
    assert "内容又有变化" in editor.text(f"/powers/{edition.id}")
    editor.post(f"/publishing/powers/{edition.id}/take-back")
    assert "只有待审核的版本可以收回" in editor.text(f"/powers/{edition.id}")


@pytest.mark.parametrize("path", ["/publishing/units/1", "/publishing/powers/9999"])
def test_what_is_not_there_is_not_found(reviewer: Desk, path: str) -> None:
    assert reviewer.get(path).status_code == 404


def test_a_long_queue_costs_no_more_statements(
    site: Site, reviewer: Desk, session: Session, county: County, submitted: PowerEdition
) -> None:
    def fill(count: int) -> None:
        for number in range(count):
            paper = draft_disclosure(session, county, f"事项{count}-{number}")
            publishing.submit(session, paper, county.staff["editor"], NOW)
        session.commit()

    fill(1)
    for path in ("/publishing", "/publishing/public"):
        reviewer.text(path)
    with statements(site) as few:
        reviewer.text("/publishing")
    fill(28)
    with statements(site) as many:
        page = reviewer.text("/publishing")
    assert "事项28-27" in page
    assert len(many) == len(few) < 20


class TestFollowing:
    """The local index follows at once; when it cannot, the publication stands."""

    @pytest.fixture
    def index(self, settings: AdminSettings) -> SearchEngine:
        return open_engine(settings.index_address)

    @pytest.fixture
    def site(self, settings: AdminSettings, county: County, index: SearchEngine) -> Site:
        return create_app(settings, index=index)

    def publish(self, desk: Desk, edition: PowerEdition) -> None:
        path = f"/publishing/powers/{edition.id}"
        fields = form_with(desk.text(path), "reason").fields
        assert desk.post(path, **fields, decision="publish").status_code == 303

    def test_what_is_published_is_found_and_what_is_withdrawn_is_not(
        self, settings: AdminSettings, reviewer: Desk, submitted: PowerEdition
    ) -> None:
        reader = open_reader(settings.index_address)
        self.publish(reviewer, submitted)
        assert reader.search(Query("新事项")).total == 1
        path = f"/publishing/powers/{submitted.id}/withdraw"
        fields = form_with(reviewer.text(path), "reason").fields
        assert reviewer.post(path, **fields | {"reason": "错了"}).status_code == 303
        assert reader.search(Query("新事项")).total == 0

    def test_a_broken_index_stops_no_publication(
        self,
        site: Site,
        settings: AdminSettings,
        reviewer: Desk,
        session: Session,
        submitted: PowerEdition,
        index: SearchEngine,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        folder = Path(settings.index_address.partition(":")[2])
        folder.write_text("not a folder")
        with caplog.at_level(logging.ERROR):
            self.publish(reviewer, submitted)
        assert "the search index did not follow" in caplog.text
        assert state(session, submitted) is State.PUBLISHED
        assert powers.in_force(session, submitted.power_list.post_id) is submitted
        folder.unlink()
        sync.catch_up(session, index)
        assert open_reader(settings.index_address).search(Query("新事项")).total == 1
        engine_of(site).dispose()
