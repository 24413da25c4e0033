"""The working-day calendar: years that the package does not know yet, out of each year's notice."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING
from unicodedata import normalize

import sqlalchemy as sa
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext, ngettext
from wtforms.validators import ValidationError

from admin.access import current_staff, needs
from admin.obligations.blueprint import blueprint
from domain import obligations
from domain.clock import utc_now
from domain.errors import Refused
from domain.obligations import YearNotice
from domain.permissions import Permission
from domain.workdays import KNOWN, CalendarYear
from web.database import current_session
from web.forms import Form, LongTextField, MaxLength, Required, WholeNumberField

if TYPE_CHECKING:
    import wtforms
    from flask.typing import ResponseReturnValue

_LINE = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:(?:至|到|[-—–~])(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?)?"
)
_LONGEST = 31


def read_days(text: str) -> list[date]:
    """The days in some lines: 2027-10-01, or 2027-10-01至2027-10-07.

    Raises:
        ValueError: with the line that cannot be read.
    """
    found: list[date] = []
    for line in text.splitlines():
        said = re.sub(r"\s", "", normalize("NFKC", line))
        if said:
            found += _days_of(said, line.strip())
    return found


def _days_of(said: str, line: str) -> list[date]:
    match = _LINE.fullmatch(said)
    if match is None:
        raise ValueError(line)
    numbers = [int(number) for number in match.groups() if number]
    try:
        first = date(*numbers[:3])
        last = date(*numbers[3:]) if len(numbers) > 3 else first
    except ValueError:
        raise ValueError(line) from None
    length = (last - first).days + 1
    if not 1 <= length <= _LONGEST:
        raise ValueError(line)
    return [first + timedelta(days=n) for n in range(length)]


class YearForm(Form):
    """One year's notice."""

    year = WholeNumberField(lazy_gettext("年度"), [Required(lazy_gettext("请填写年度"))])
    holidays = LongTextField(
        lazy_gettext("放假的日期"),
        [Required(lazy_gettext("请填写放假的日期")), MaxLength(4000)],
        rows=8,
    )
    workdays = LongTextField(lazy_gettext("调休上班的日期"), [MaxLength(2000)], rows=4)
    source = LongTextField(
        lazy_gettext("文件依据"), [Required(lazy_gettext("请写明文件依据")), MaxLength(400)], rows=2
    )

    def validate_holidays(self, field: wtforms.Field) -> None:
        """Every line is a day or several."""
        try:
            read_days(field.data or "")
        except ValueError as error:
            raise ValidationError(
                gettext(
                    "看不懂这一行：%(line)s。每行写一天或一段，例如 2027-10-01至2027-10-07",
                    line=str(error)[:60],
                )
            ) from None

    validate_workdays = validate_holidays

    def notice(self) -> YearNotice:
        """What was typed."""
        return YearNotice(
            self.year.data or 0,
            read_days(self.holidays.data or ""),
            read_days(self.workdays.data or ""),
            self.source.data or "",
        )


@blueprint.route("/calendar", methods=["GET", "POST"])
@needs(Permission.OBLIGATION_MANAGE)
def calendar() -> ResponseReturnValue:
    """The years that are known, and the form for one more."""
    session, form = current_session(), YearForm()
    if form.validate_on_submit():
        try:
            moved = obligations.set_year(session, form.notice(), current_staff(), utc_now())
        except Refused as refused:
            session.rollback()
            form.refuse(refused)
        else:
            session.commit()
            flash(
                ngettext(
                    "已保存，%(num)s 项任务的期限按新的日历重新计算",
                    "已保存，%(num)s 项任务的期限按新的日历重新计算",
                    moved,
                ),
                "ok",
            )
            return redirect(url_for(".calendar"), 303)
    entered = session.scalars(sa.select(CalendarYear).order_by(CalendarYear.year)).all()
    return render_template(
        "admin/obligations/calendar.html", form=form, entered=entered, known=KNOWN
    )
