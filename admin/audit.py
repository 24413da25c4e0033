"""The audit record: who did what, and whether the chain holds."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, render_template, request
from flask_babel import lazy_gettext

from admin.access import current_staff, needs
from domain import audit, staff, trail
from domain.clock import day_begins
from domain.permissions import Permission
from web.database import current_session
from web.paging import paginate

if TYPE_CHECKING:
    from admin.settings import AdminSettings

blueprint = Blueprint("audit", __name__, url_prefix="/audit")

# What the acts are called; an act that is missing here is shown by its own name.
ACTIONS: dict[str, object] = {
    "reports.open": lazy_gettext("拆阅举报"),
    "reports.accept": lazy_gettext("受理举报"),
    "reports.decline": lazy_gettext("不予受理"),
    "reports.refer_out": lazy_gettext("转其他机关"),
    "reports.pass_on": lazy_gettext("转本委其他室"),
    "reports.ask": lazy_gettext("向举报人了解情况"),
    "reports.download": lazy_gettext("下载附件"),
    "reports.recuse": lazy_gettext("拆阅时回避"),
    "clues.open_from_report": lazy_gettext("建立问题线索"),
    "clues.open": lazy_gettext("打开线索内容"),
    "integrity.open": lazy_gettext("查阅廉政档案"),
    "integrity.link": lazy_gettext("归入廉政档案"),
    "identities.request": lazy_gettext("申请查看身份"),
    "identities.approve": lazy_gettext("批准查看身份"),
    "identities.refuse": lazy_gettext("不批准查看身份"),
    "identities.open": lazy_gettext("查看举报人身份"),
    "feedback.answer": lazy_gettext("写答复"),
    "feedback.mask": lazy_gettext("隐去原话里的文字"),
    "feedback.send_back": lazy_gettext("退回答复"),
    "feedback.approve": lazy_gettext("公开答复"),
    "feedback.decline": lazy_gettext("不公开答复"),
    "feedback.erase": lazy_gettext("删除属于举报的提问"),
    "feedback.merge": lazy_gettext("并入同样的提问"),
    "imports.apply": lazy_gettext("导入工作簿"),
    "notices.confirm": lazy_gettext("核对个人信息"),
    "publishing.submit": lazy_gettext("提交审核"),
    "publishing.send_back": lazy_gettext("退回修改"),
    "publishing.publish": lazy_gettext("发布"),
    "publishing.schedule": lazy_gettext("批准定时公开"),
    "publishing.reschedule": lazy_gettext("改公开时间"),
    "publishing.unschedule": lazy_gettext("取消定时公开"),
    "publishing.withdraw": lazy_gettext("撤回"),
    "staff.sign_in": lazy_gettext("登录"),
    "staff.sign_in_failed": lazy_gettext("登录失败"),
    "staff.sign_out": lazy_gettext("退出"),
    "staff.enrol": lazy_gettext("新增人员"),
    "offices.found": lazy_gettext("设立内设机构"),
    "offices.join": lazy_gettext("加入内设机构"),
}
# Rows whose links are checked whenever the page is shown, and in one step of the whole check.
LATEST, PIECE, MOST_BREAKS = 500, 20_000, 50
_EARLIEST, _LATEST = date(2000, 1, 1), date(2999, 12, 31)


def _asked_day(name: str) -> date | None:
    """A day in the address; one that no record can be of counts as not said."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if _EARLIEST <= day <= _LATEST else None


@blueprint.get("")
@needs(Permission.AUDIT_READ)
def index() -> str:
    """One page of the record, newest first."""
    session, said = current_session(), request.args
    settings: AdminSettings = current_app.extensions["mingquan.settings"]
    people = {person.id: person for person in staff.everyone(session)}
    who = next((p for p in people.values() if p.username == said.get("who")), None)
    action = said.get("action", "") if said.get("action") in ACTIONS else ""
    subject = said.get("subject", "").strip()[:80]
    since, until = _asked_day("since"), _asked_day("until")
    rows = audit.on_record(
        action=action,
        subject=subject,
        actor_id=who.id if who else None,
        since=day_begins(since) if since else None,
        before=day_begins(until + timedelta(days=1)) if until else None,
    )
    newest, digest = audit.head(session)
    return render_template(
        "admin/audit/index.html",
        page=paginate(session, trail.visible(current_staff(), rows), size=settings.rows_per_page),
        people=people,
        actions=ACTIONS,
        asked={"who": who.username if who else "", "action": action, "subject": subject},
        since=since,
        until=until,
        narrowed=bool(who or action or subject or since or until),
        newest=newest,
        digest=digest.hex(),
        checked=min(newest, LATEST),
        breaks=list(islice(audit.breaks(session, after=max(0, newest - LATEST)), MOST_BREAKS)),
    )


@blueprint.get("/chain")
@needs(Permission.AUDIT_READ)
def chain() -> str:
    """Check the chain from a number on, so many rows at a time."""
    session = current_session()
    newest, digest = audit.head(session)
    try:
        after = min(max(0, int(request.args.get("after", "0"))), newest)
    except ValueError:
        after = 0
    last = min(after + PIECE, newest)
    return render_template(
        "admin/audit/chain.html",
        first=min(after + 1, newest),
        last=last,
        newest=newest,
        digest=digest.hex(),
        breaks=list(islice(audit.breaks(session, after=after, most=PIECE), MOST_BREAKS)),
    )
