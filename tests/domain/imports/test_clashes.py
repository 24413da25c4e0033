"""What a workbook says to clashes with the negative list."""

from __future__ import annotations

from domain import publishing
from domain.db import Session
from domain.publishing import State
from tests.domain.imports.rows import POWER, TRANSPORT, bring, latest, notices
from tests.fixtures.county import NOW, County

REASON = "副局长空缺，暂由局长分管"
STEPS = "申报｜乡镇\n确定招标代理｜局长"
LINE = {**TRANSPORT, "area": "工程招标", "text": "不得直接分管工程招标"}


def said(session: Session) -> set[tuple[str, str, str]]:
    session.expire_all()
    return {
        (one.item, one.passage, one.text)
        for entry in latest(session).negatives
        for one in entry.explanations
    }


def test_a_clash_without_explanation_stays_a_draft_and_with_one_is_submitted(
    session: Session, county: County
) -> None:
    county.posts["transport"].portfolio = "主持全面工作；分管工程招标。"
    session.commit()
    power = POWER | {"steps": STEPS}
    outcome = bring(session, powers=[power], negatives=[LINE])
    assert "与分工“分管工程招标”相抵触" in " ".join(notices(outcome))
    assert latest(session).state is State.DRAFT
    assert said(session) == set()
    bring(session, powers=[power], negatives=[LINE | {"explanation": REASON}])
    everything = {
        ("", "分管工程招标", REASON),
        ("农村公路建设项目安排", "确定招标代理", REASON),
    }
    assert latest(session).state is State.SUBMITTED
    assert said(session) == everything
    publishing.publish(session, latest(session), county.staff["reviewer"], NOW)
    session.commit()
    published = latest(session).id
    # Said again, or not said at all: nothing changes.
    for explanation in (REASON, ""):
        bring(session, powers=[power], negatives=[LINE | {"explanation": explanation}])
        assert latest(session).id == published
    # What still applies is kept; what applies no more is not, and that is said.
    outcome = bring(session, powers=[POWER], negatives=[LINE])
    assert "对“确定招标代理”的说明没有带到新版" in " ".join(notices(outcome))
    assert "对“分管工程招标”的说明" not in " ".join(notices(outcome))
    assert said(session) == {("", "分管工程招标", REASON)}
    assert latest(session).state is State.SUBMITTED


def test_a_line_that_is_reworded_says_which_explanations_it_leaves_behind(
    session: Session, county: County
) -> None:
    county.posts["transport"].portfolio = "主持全面工作；分管工程招标。"
    session.commit()
    bring(session, powers=[POWER], negatives=[LINE | {"explanation": REASON}])
    assert len(said(session)) == 1
    publishing.publish(session, latest(session), county.staff["reviewer"], NOW)
    session.commit()
    outcome = bring(session, powers=[POWER], negatives=[LINE | {"text": "不得插手工程招标"}])
    assert REASON in " ".join(notices(outcome))
    assert said(session) == set()
    assert latest(session).state is State.DRAFT
