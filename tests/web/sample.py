"""A small site made with the factory, with views that do each thing a page can do."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Flask, abort, flash, redirect, render_template_string, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from domain.errors import Refused
from domain.settings import County
from web.database import current_session
from web.forms import (
    ChoiceField,
    ChoicesField,
    DateField,
    FilesField,
    Form,
    LongTextField,
    MaxLength,
    Required,
    SelectField,
    TextField,
    WholeNumberField,
)
from web.navigation import NavGroup, NavItem
from web.paging import paginate
from web.ratelimit import limited
from web.security import no_store, open_to_all

metadata = sa.MetaData()
things = sa.Table(
    "things", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text)
)

PAGE = """{% extends layout %}{% block title %}样页{% endblock %}
{% block heading %}样页{% endblock %}{% block content %}%s{% endblock %}"""
FORM = PAGE.replace(
    "%s",
    """{% from "shared/forms.html" import error_summary, error_prefix, field, token, submit %}
{{ error_summary(form) }}<form method="post" novalidate enctype="multipart/form-data">{{ token() }}
{{ field(form.kind, legend="h1", hint="选最接近的一类") }}{{ field(form.name, hint="写全称", optional=true) }}{{ field(form.body) }}
{{ field(form.topics) }}{{ field(form.unit) }}{{ field(form.on) }}{{ field(form.amount) }}{{ field(form.files) }}{{ submit("继续") }}</form>""",
)
LIST = PAGE.replace(
    "%s",
    """{% from "shared/paging.html" import paging %}<ul>{% for name in page.items %}<li>{{ name }}</li>{% endfor %}</ul>{{ paging(page) }}""",
)


class SampleForm(Form):
    kind = ChoiceField(
        "您要反映哪一类问题？",
        choices=[("slow", "拖着不办"), ("money", "钱和项目")],
        hints={"slow": "不作为、推诿"},
        required="请选择您反映的是哪一类问题",
    )
    name = TextField("单位名称", [Required("请填写单位名称"), MaxLength(20)])
    body = LongTextField("事情经过", [Required(), MaxLength(4000)], rows=8)
    topics = ChoicesField("涉及", choices=[("a", "甲"), ("b", "乙")])
    unit = SelectField("乡镇", choices=[("1", "东河镇"), ("2", "西岭乡")])
    on = DateField("日期")
    amount = WholeNumberField("金额（元）")
    files = FilesField("文件", max_files=2, max_bytes=1024 * 1024, endings=("txt", "pdf"))


blueprint = Blueprint("things", __name__)
# The public site's layout names its description for search boxes.
opensearch = Blueprint("opensearch", __name__)
BLUEPRINTS = (blueprint, opensearch)


@opensearch.get("/opensearch.xml")
@open_to_all
def description() -> str:
    return ""


def dress(app: Flask, county: County) -> None:
    """Give an app what the two sites' own layouts ask their site."""
    app.jinja_env.globals.update(
        county=lambda: county,
        signed_in_staff=lambda: None,
        canonical=lambda *_: "",
        counterpart=lambda _filters: None,
        may_search=lambda: False,
    )


def add_thing(name: str) -> None:
    """Stands for a function of the domain: changes, or refuses."""
    current_session().execute(sa.insert(things).values(name=name))
    if name == "拒绝":
        raise Refused("“%(name)s”已经存在", name=name)


@blueprint.get("/")
@open_to_all
def home() -> str:
    return render_template_string(PAGE.replace("%s", "<p>{{ _('主导航') }}</p>"))


@blueprint.route("/form", methods=["GET", "POST"])
@open_to_all
def form() -> ResponseReturnValue:
    filled = SampleForm()
    if filled.validate_on_submit():
        try:
            add_thing(filled.name.data or "")
        except Refused as refused:
            filled.refuse(refused, "name")
        else:
            current_session().commit()
            flash("已保存", "ok")
            return redirect("/form", 303)
    return render_template_string(FORM, form=filled)


@blueprint.get("/list")
@open_to_all
def listing() -> str:
    statement = sa.select(things.c.name).order_by(things.c.id)
    if wanted := request.args.get("q"):
        statement = statement.where(things.c.name.contains(wanted))
    return render_template_string(LIST, page=paginate(current_session(), statement, size=10))


@blueprint.get("/secret")
@open_to_all
def secret() -> str:
    no_store()
    return "private"


@blueprint.route("/fail/<kind>", methods=["GET", "POST"])
@open_to_all
def fail(kind: str) -> ResponseReturnValue:
    word = request.values.get("word", "")
    if kind.isdigit():
        abort(int(kind))
    errors: dict[str, BaseException] = {
        "refused": Refused("“%(name)s”不能这样做", name="东河镇"),
        "stale": StaleDataError(word),
        "locked": OperationalError("select 1", {"word": word}, Exception("database is locked")),
        "broken": OperationalError("select 1", {"word": word}, Exception("no such table")),
        "value": ValueError(f"{word} {request.url} {request.user_agent} {request.remote_addr}"),
    }
    raise errors[kind]


@blueprint.post("/write-and-forget")
@open_to_all
def write_and_forget() -> str:
    current_session().execute(sa.insert(things).values(name="未提交"))
    return "done"


@blueprint.route("/limited", methods=["GET", "POST"])
@open_to_all
@limited("2 per hour")
def limited_view() -> str:
    return "fine"


@blueprint.get("/units/<name>")
@open_to_all
def unit(name: str) -> str:
    return name


def navigation() -> list[NavGroup]:
    items: list[Any] = [
        NavItem("things.home", "样页"),
        NavItem("preferences.choose", "偏好", values={"kind": "lang", "choice": "zh"}, count=3),
        NavItem("absent.view", "还没有的页"),
    ]
    return [NavGroup("我的", items)]
