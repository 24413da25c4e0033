"""The words of a dictionary that stand in the columns of power lists."""

from __future__ import annotations

from domain.labels import N_, Labelled


class PowerKind(Labelled):
    """What a power is about."""

    DECISION = "decision", N_("重大决策")
    PERSONNEL = "personnel", N_("干部人事")
    FINANCE = "finance", N_("财务资金")
    PROJECT = "project", N_("工程项目")
    PROCUREMENT = "procurement", N_("物资采购")
    APPROVAL = "approval", N_("行政审批")
    ENFORCEMENT = "enforcement", N_("监管执法")
    OTHER = "other", N_("其他")


class Risk(Labelled):
    """廉政风险等级: high for money, procurement, projects; middle for approval and inspection."""

    HIGH = "high", N_("高")
    MIDDLE = "middle", N_("中")
    LOW = "low", N_("低")


class Scope(Labelled):
    """公开范围: to whom the exercise of the power is disclosed."""

    PUBLIC = "public", N_("向社会公开")
    INTERNAL = "internal", N_("单位内部公开")
    PARTY = "party", N_("党内公开")


class NegativeArea(Labelled):
    """不得直接分管: what a head may not run in person (五个不直接分管)."""

    FINANCE = "finance", N_("财务")
    PERSONNEL = "personnel", N_("干部人事")
    TENDER = "tender", N_("工程招标")
    APPROVAL = "approval", N_("行政审批")
    PROCUREMENT = "procurement", N_("物资采购")
    OTHER = "other", N_("其他")
