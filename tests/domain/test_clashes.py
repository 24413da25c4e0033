"""The negative list against the powers, what explains a clash, and what is refused without."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain import powers, publishing
from domain.db import Session
from domain.editing import desk, fingerprint, powers as writing
from domain.editing.negatives import ExplanationText, NegativeText, Reworded
from domain.editing.powers import TermsText
from domain.errors import Refused
from domain.officials import Post
from domain.powers import (
    ClashExplanation,
    NegativeArea,
    NegativeEntry,
    PowerEdition,
    PowerItem,
    PowerKind,
    PowerList,
    ProcessStep,
)
from tests.domain.test_powers import ALL
from tests.fixtures.county import NOW, TODAY, County, draft_powers, make_public

REASON = "副局长空缺，新任到职前由局长暂管"


def edition_with(item: PowerItem, title: str = "党组书记、局长") -> PowerEdition:
    post = Post(title=title, portfolio="主持全面工作，财务由副职分管。")
    edition = PowerEdition(power_list=PowerList(post=post), items=[item])
    edition.negatives = [
        NegativeEntry(number=n, area=area, text=text) for n, (area, text) in enumerate(ALL.items())
    ]
    return edition


@pytest.mark.parametrize(
    ("kind", "name", "step", "who", "area"),
    [
        (PowerKind.FINANCE, "大额资金使用", "审批支出", "局长", "finance"),
        (PowerKind.FINANCE, "大额资金使用", "签批", "县交通运输局局长", "finance"),
        (PowerKind.FINANCE, "大额资金使用", "签批", "分管副局长、局长", "finance"),
        (PowerKind.FINANCE, "大额资金使用", "审批支出", "副局长", None),
        (PowerKind.FINANCE, "大额资金使用", "审批支出", "分管局长", None),
        (PowerKind.FINANCE, "大额资金使用", "审批支出", "局长办公会", None),
        (PowerKind.FINANCE, "大额资金使用", "局党组会议集体研究决定", "局长", None),
        (PowerKind.FINANCE, "大额资金使用", "集体讨论，一把手末位表态", "局长", None),
        (PowerKind.FINANCE, "大额资金使用", "提出支出计划", "局长", None),
        (PowerKind.PROCUREMENT, "办公设备采购", "选定供应商", "主要负责人", "procurement"),
        (PowerKind.PROCUREMENT, "办公设备采购", "委托代理机构公开采购", "采购代理机构", None),
        (PowerKind.APPROVAL, "道路占用许可", "审批", "党组书记", "approval"),
        (PowerKind.APPROVAL, "道路占用许可", "送达", "局长", None),
        (PowerKind.PERSONNEL, "股室负责人任免", "提名", "局长", "personnel"),
        (PowerKind.PROJECT, "农村公路建设", "确定招标方式", "局长", "tender"),
        (PowerKind.PROJECT, "农村公路建设", "审定年度计划", "局长", None),
        (PowerKind.OTHER, "公务用车", "审批经费报销", "局长", "finance"),
        (PowerKind.OTHER, "公务用车", "批准派车", "局长", None),
        (PowerKind.DECISION, "保障房分配", "确定名单", "局长", "other"),
    ],
)
def test_a_step_the_head_takes_alone(
    kind: PowerKind, name: str, step: str, who: str, area: str | None
) -> None:
    steps = [ProcessStep(number=1, name=step, who=who)]
    edition = edition_with(PowerItem(number=1, name=name, kind=kind, steps=steps))
    found = [(c.entry.area, c.passage, c.place, c.around) for c in edition.clashes]
    assert found == ([] if area is None else [(area, step, name, ("", f" · {who}"))])


@pytest.mark.parametrize(
    ("kind", "responsibility", "area"),
    [
        (PowerKind.FINANCE, "对资金安全负总责；由局长一支笔审批", "finance"),
        (PowerKind.FINANCE, "对资金安全负总责，不得搞一支笔审批", None),
        (PowerKind.FINANCE, "对分管范围内资金使用的真实性负责", None),
        (PowerKind.DECISION, "直接分管财务和人事，对结果负责", "finance personnel"),
        (PowerKind.DECISION, "督促分管财务的副局长履行职责", None),
        (PowerKind.PROJECT, "直接指定招标代理机构", "tender"),
        (PowerKind.PROJECT, "对招标投标活动的监督负领导责任", None),
        (PowerKind.PROCUREMENT, "集体研究后直接决定采购方式", None),
    ],
)
def test_a_responsibility_in_which_the_head_runs_it(
    kind: PowerKind, responsibility: str, area: str | None
) -> None:
    item = PowerItem(number=1, name="一项权力", kind=kind, responsibility=responsibility)
    found = {clash.entry.area.value for clash in edition_with(item).clashes}
    assert found == set((area or "").split())


@pytest.fixture
def clashing(session: Session, county: County) -> PowerEdition:
    """A draft of the transport bureau that clashes with the 分工 and in one step."""
    county.posts["transport"].portfolio = "主持全面工作；分管工程招标。"
    draft = draft_powers(session, county)
    draft.items[0].steps.append(ProcessStep(number=3, name="确定招标代理", who="局长"))
    session.commit()
    return draft


def explain(session: Session, county: County, edition: PowerEdition, *passages: str) -> None:
    (entry,) = edition.negatives
    texts = tuple(
        ExplanationText(clash.place, clash.passage, REASON)
        for clash in edition.clashes
        if clash.passage in passages
    )
    terms = TermsText(TODAY, (NegativeText(entry.area, entry.text, texts),))
    seen = fingerprint(writing.terms_text(edition))
    writing.save_terms(session, edition, terms, seen, county.staff["editor"], NOW)


def test_without_an_explanation_nothing_is_submitted_or_published(
    session: Session, county: County, clashing: PowerEdition
) -> None:
    editor, reviewer = county.staff["editor"], county.staff["reviewer"]
    assert [str(fault) for fault in clashing.faults] == [
        "负面清单“不得直接分管工程招标”与分工“分管工程招标”相抵触，还没有说明",
        "负面清单“不得直接分管工程招标”与权力事项“农村公路建设项目安排”的“确定招标代理”相抵触，还没有说明",
    ]
    explain(session, county, clashing, "分管工程招标")
    with pytest.raises(Refused, match="确定招标代理"):
        publishing.submit(session, clashing, editor, NOW)
    explain(session, county, clashing, "分管工程招标", "确定招标代理")
    publishing.submit(session, clashing, editor, NOW)
    # The 分工 changes while it waits: what was explained is not what is there now.
    county.posts["transport"].portfolio = "主持全面工作；直接负责工程招标。"
    session.flush()
    with pytest.raises(Refused, match="直接负责工程招标"):
        publishing.publish(session, clashing, reviewer, NOW)
    with pytest.raises(Refused, match="直接负责工程招标"):
        publishing.schedule(session, clashing, NOW + timedelta(days=1), reviewer, NOW)
    county.posts["transport"].portfolio = "主持全面工作；分管工程招标。"
    session.flush()
    publishing.publish(session, clashing, reviewer, NOW)


def test_a_new_draft_keeps_the_explanations_that_still_apply(
    session: Session, county: County, clashing: PowerEdition
) -> None:
    explain(session, county, clashing, "分管工程招标", "确定招标代理")
    make_public(session, county, clashing)
    county.posts["transport"].portfolio = "主持全面工作。"
    session.commit()
    again = writing.start(
        session, county.posts["transport"], county.staff["editor"], NOW, copying=True
    )
    (entry,) = again.negatives
    assert [(said.item, said.text) for said in entry.explanations] == [
        ("农村公路建设项目安排", REASON)
    ]
    assert again.faults == []


def test_a_clash_that_comes_up_later_is_counted_until_it_is_gone(
    session: Session, county: County
) -> None:
    editor, reviewer = county.staff["editor"], county.staff["reviewer"]
    assert desk.unexplained_posts(session, editor) == []
    post = county.posts["transport"]
    post.portfolio = "主持全面工作；分管工程招标。"
    session.commit()
    assert desk.unexplained_posts(session, editor) == [post.id]
    assert desk.unexplained_posts(session, reviewer) == [post.id]
    county.staff["editor"].unit_id = county.units["jy"].id
    session.commit()
    assert desk.unexplained_posts(session, editor) == []
    post.portfolio = "主持全面工作。"
    session.commit()
    assert desk.unexplained_posts(session, reviewer) == []


def test_a_clash_with_a_public_power_is_counted(
    session: Session, county: County, clashing: PowerEdition
) -> None:
    reviewer = county.staff["reviewer"]
    explain(session, county, clashing, "分管工程招标", "确定招标代理")
    make_public(session, county, clashing)
    session.commit()
    assert desk.unexplained_posts(session, reviewer) == []
    (entry,) = clashing.negatives
    entry.explanations = [said for said in entry.explanations if not said.item]
    session.commit()
    assert desk.unexplained_posts(session, reviewer) == [county.posts["transport"].id]
    # Whose step it is goes by the post's title, which is imported at any time.
    clashing.items[0].steps[-1].who = "副局长"
    session.commit()
    assert desk.unexplained_posts(session, reviewer) == []


def test_what_is_over_is_not_held_against_todays_duties(
    session: Session, county: County, clashing: PowerEdition
) -> None:
    explain(session, county, clashing, "分管工程招标", "确定招标代理")
    make_public(session, county, clashing)
    county.posts["transport"].portfolio = "主持全面工作。"
    make_public(session, county, draft_powers(session, county))
    session.commit()
    over = powers.whole(session, clashing.id)
    assert over
    assert [(c.place, c.passage, c.explanation) for c in over.clashes] == [
        ("", "分管工程招标", REASON),
        ("农村公路建设项目安排", "确定招标代理", REASON),
    ]
    first = powers.whole(session, 1)
    county.posts["transport"].portfolio = "分管工程招标"
    session.flush()
    assert first
    assert first.clashes == []


def test_explanations_go_with_their_line(
    session: Session, county: County, clashing: PowerEdition
) -> None:
    explain(session, county, clashing, "分管工程招标")
    seen = fingerprint(writing.terms_text(clashing))
    line = NegativeText(NegativeArea.FINANCE, "不得管财务")
    editor = county.staff["editor"]
    gone = writing.save_terms(session, clashing, TermsText(None, (line,)), seen, editor, NOW)
    assert [(said.passage, said.text) for said in gone] == [("分管工程招标", REASON)]
    assert session.scalar(sa.select(sa.func.count(ClashExplanation.id))) == 0


def test_a_line_that_is_reworded_takes_its_explanations_along_when_they_are_confirmed(
    session: Session, county: County, clashing: PowerEdition
) -> None:
    explain(session, county, clashing, "分管工程招标", "确定招标代理")
    session.commit()
    editor, seen = county.staff["editor"], fingerprint(writing.terms_text(clashing))

    def save(*said: ExplanationText) -> list[ExplanationText]:
        line = NegativeText(NegativeArea.TENDER, "不得直接分管、插手工程招标", said)
        terms = TermsText(TODAY, (line,))
        return writing.save_terms(session, clashing, terms, seen, editor, NOW)

    with pytest.raises(Reworded) as refused:
        save()
    assert {
        (one.former.text, one.line.text, *one.said.at, one.said.text) for one in refused.value.moved
    } == {
        ("不得直接分管工程招标", "不得直接分管、插手工程招标", *at, REASON)
        for at in (("", "分管工程招标"), ("农村公路建设项目安排", "确定招标代理"))
    }
    session.rollback()
    assert len(clashing.negatives[0].explanations) == 2
    duties = ExplanationText("", "分管工程招标", "改写了的说明")
    with pytest.raises(Reworded) as refused:
        save(duties)
    assert [one.said.passage for one in refused.value.moved] == ["确定招标代理"]
    session.rollback()
    # Asked, and left without an answer on purpose.
    assert save(duties, ExplanationText("农村公路建设项目安排", "确定招标代理", "")) == []
    assert [said.text for said in clashing.negatives[0].explanations] == ["改写了的说明"]
    assert len(clashing.faults) == 1
