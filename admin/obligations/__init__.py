"""Obligations 公开任务: what is due, the rules, days put off, and the working-day calendar."""

from admin.obligations import calendar, pages, rules
from admin.obligations.blueprint import blueprint

__all__ = ["blueprint", "calendar", "pages", "rules"]
