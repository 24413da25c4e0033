"""Open data: the page of all its formats, and the file of everything that is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, send_file
from flask_babel import gettext, lazy_gettext as _

from portal import bulk
from portal.api.all import NOUNS
from portal.caching import FOR_ALL, Policy, declare_versioned
from portal.context import current_settings
from web.database import current_session
from web.errors import Explanation, error_page
from web.ratelimit import limited
from web.security import open_to_all

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("data", __name__, url_prefix="/data")

_SECONDS_TO_WAIT = 30
_BEING_BUILT = Explanation(
    _("数据包正在更新"),
    _(
        "有内容刚刚公开或撤回，数据包要重新做一遍。请过半分钟再下载；也可以先用接口或列表末尾的表格。"
    ),
)


def _on_offer() -> bulk.Bulk | None:
    """The file, if there is one and nothing in it has been withdrawn."""
    found = bulk.held(bulk.path_of(current_settings()))
    return found if found and bulk.may_be_handed_out(current_session(), found) else None


@blueprint.get("")
@declare_versioned(Policy(also=lambda: str(_on_offer())))
@open_to_all
def index() -> ResponseReturnValue:
    """Every form in which the data can be had, and on what terms."""
    return render_template(
        "portal/data/index.html",
        bulk=_on_offer(),
        name=bulk.NAME,
        nouns=[(noun, gettext(noun.title), gettext(noun.about)) for noun in NOUNS],
    )


@blueprint.get(f"/{bulk.NAME}")
@limited("60 per hour", methods=("GET",))
@open_to_all
def download() -> ResponseReturnValue:
    """The file; not while something in it has been withdrawn."""
    found = _on_offer()
    if found is None:
        response = error_page(503, _BEING_BUILT)
        response.headers["Retry-After"] = str(_SECONDS_TO_WAIT)
        return response
    response = send_file(
        bulk.path_of(current_settings()),
        "application/zip",
        as_attachment=True,
        download_name=bulk.NAME,
        conditional=True,
        etag=f"{found.change}-{found.size}-{found.at.timestamp():.0f}",
        last_modified=found.at,
    )
    response.headers["Cache-Control"] = FOR_ALL
    return response
