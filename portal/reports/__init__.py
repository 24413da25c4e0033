"""The report form: one question a page, sealed on arrival, without JavaScript."""

from portal.reports.pages import blueprint

__all__ = ["blueprint"]
