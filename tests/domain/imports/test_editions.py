"""Power lists and disclosures in an import: what becomes of the newest edition."""

from datetime import date

import pytest
import sqlalchemy as sa

from domain import powers, publishing
from domain.db import Session
from domain.disclosures import DisclosureEdition
from domain.errors import Refused
from domain.imports import editions
from domain.powers import PowerEdition
from domain.publishing import State
from domain.staff import Staff
from tests.domain.imports.rows import (
    DISCLOSURE,
    POWER,
    TRANSPORT,
    bring,
    latest,
    notices,
    problems,
)
from tests.fixtures.county import NOW, County, draft_powers


def test_a_list_is_replaced_as_a_whole(session: Session, county: County) -> None:
    outcome = bring(session, powers=[POWER, POWER | {"name": "桥梁检测"}])
    count = outcome.counts["权力清单"]
    assert (count.added, count.changed, count.unchanged, count.removed) == (1, 1, 0, 1)
    assert notices(outcome) == ["“党组书记、局长”的清单比上一版少了 1 项：养护资金分配"]
    edition = latest(session)
    assert (edition.number, [item.name for item in edition.items]) == (
        2,
        ["农村公路建设项目安排", "桥梁检测"],
    )
    # The sheet of the negative list is silent, so it stays.
    assert [entry.text for entry in edition.negatives] == ["不得直接分管工程招标"]


def test_a_negative_list_alone_keeps_the_powers(session: Session, county: County) -> None:
    bring(session, negatives=[TRANSPORT | {"area": "财务", "text": "不得直接分管财务"}])
    edition = latest(session)
    assert [item.name for item in edition.items] == ["农村公路建设项目安排", "养护资金分配"]
    assert [entry.text for entry in edition.negatives] == ["不得直接分管财务"]
    assert edition.state is State.SUBMITTED


def test_a_new_date_is_a_new_edition(session: Session, county: County) -> None:
    bring(session, powers=[POWER])
    publishing.publish(session, latest(session), county.staff["reviewer"], NOW)
    session.commit()
    outcome = bring(session, powers=[POWER | {"effective_on": "2027-01-01"}])
    assert outcome.counts["权力清单"].changed == 1
    assert latest(session).effective_on == date(2027, 1, 1)


def test_an_incomplete_list_stays_a_draft_and_is_written_anew(
    session: Session, county: County, commission: Staff
) -> None:
    outcome = bring(session, commission, powers=[POWER | {"steps": ""}])
    assert (outcome.submitted, outcome.drafts) == (0, 1)
    assert "第 1 项“农村公路建设项目安排”缺少运行流程" in notices(outcome)[-1]
    draft = latest(session)
    assert draft.state is State.DRAFT
    again = bring(session, commission, powers=[POWER | {"steps": ""}])
    assert notices(again) == ["与第 2 版草稿相同"]

    outcome = bring(session, commission, powers=[POWER])
    assert notices(outcome)[0] == "将改写您的第 2 版草稿"
    session.refresh(draft)
    assert (draft.state, draft.revision) == (State.SUBMITTED, 2)
    assert [len(item.steps) for item in draft.items] == [2]
    assert len(powers.history(session, county.posts["transport"].id)) == 1


def test_what_is_under_review_is_not_touched(
    session: Session, county: County, commission: Staff
) -> None:
    bring(session, commission, powers=[POWER], disclosures=[DISCLOSURE])
    outcome = bring(
        session,
        commission,
        powers=[POWER | {"source": "别的"}],
        disclosures=[DISCLOSURE | {"body": "别的"}],
    )
    assert problems(outcome) == [
        "权力清单!B2：第 2 版正在审核，请等审核人发布或退回后再导入",
        "五公开!E2：第 1 版正在审核，请等审核人发布或退回后再导入",
    ]


def test_another_persons_draft_is_not_touched(session: Session, county: County) -> None:
    draft_powers(session, county, names=("甲",))
    session.commit()
    outcome = bring(session, None, powers=[POWER])
    assert problems(outcome) == ["权力清单!B2：“editor（测试）”正在起草第 2 版，请先由其提交"]


def test_what_was_withdrawn_does_not_come_back_by_itself(session: Session, county: County) -> None:
    bring(session, disclosures=[DISCLOSURE])
    edition = session.scalars(
        sa.select(DisclosureEdition).where(DisclosureEdition.state == State.SUBMITTED)
    ).one()
    publishing.publish(session, edition, county.staff["reviewer"], NOW)
    publishing.withdraw(session, edition, "有误", county.staff["reviewer"], NOW)
    session.commit()
    outcome = bring(session, disclosures=[DISCLOSURE])
    assert notices(outcome) == ["与已撤回的第 1 版相同，没有再次提交"]
    outcome = bring(session, disclosures=[DISCLOSURE | {"body": "修路九十公里。"}])
    assert (outcome.submitted, outcome.counts["五公开"].changed) == (1, 1)
    rewritten = bring(session, disclosures=[DISCLOSURE])
    assert problems(rewritten) == ["五公开!E2：第 2 版正在审核，请等审核人发布或退回后再导入"]


def test_a_draft_sent_back_is_written_anew(
    session: Session, county: County, commission: Staff
) -> None:
    bring(session, commission, disclosures=[DISCLOSURE])
    edition = session.scalars(
        sa.select(DisclosureEdition).where(DisclosureEdition.state == State.SUBMITTED)
    ).one()
    publishing.send_back(session, edition, "写清楚", county.staff["reviewer"], NOW)
    session.commit()
    bring(session, commission, disclosures=[DISCLOSURE | {"body": "修路九十公里。"}])
    session.refresh(edition)
    assert (edition.state, edition.body, edition.reason, edition.number) == (
        State.SUBMITTED,
        "修路九十公里。",
        "",
        1,
    )


def test_a_draft_that_changed_at_this_moment_is_left_alone(
    session: Session, county: County, commission: Staff
) -> None:
    bring(session, commission, powers=[POWER | {"steps": ""}])
    draft = latest(session)
    rows = [{"edition": draft.id, "seen": draft.revision + 1, "effective_on": None}]
    with pytest.raises(Refused, match="有人刚刚改过其中一份草稿"):
        editions.rewrite(session, PowerEdition, rows)


def test_a_draft_from_the_command_line_is_not_an_editors(
    session: Session, county: County, commission: Staff
) -> None:
    bring(session, None, powers=[POWER | {"steps": ""}])
    outcome = bring(session, commission, powers=[POWER])
    assert problems(outcome) == ["权力清单!B2：第 2 版草稿是从命令行导入的，请先提交"]
