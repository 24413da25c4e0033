from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import wtforms
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from domain.labels import Labelled
from tests.web.sample import SampleForm
from web.app import Site
from web.forms import Form, PasswordField, Required, TextField, WholeNumberField, labelled

TokenOf = Callable[[FlaskClient], str]
GOOD = {"kind": "slow", "name": "东河镇", "body": "事情经过", "unit": "1"}


def filled(site: Site, **values: Any) -> SampleForm:
    """A form with what a browser would send, checked."""
    with site.test_request_context("/form", method="POST"):
        form = SampleForm(formdata=MultiDict(GOOD | values), meta={"csrf": False})
        form.validate()
        assert form.problems is not None
        for field in form:
            field.errors = [str(error) for error in field.errors]
        return form


def test_a_good_form_is_saved_and_says_so(
    client: FlaskClient, token: TokenOf, rows: Callable[[], list[str]]
) -> None:
    response = client.post(
        "/form", data=GOOD | {"csrf_token": token(client)}, follow_redirects=True
    )
    text = response.get_data(as_text=True)
    assert rows() == ["东河镇"]
    assert 'role="status"' in text
    assert "已保存" in text
    assert "已保存" not in client.get("/form").get_data(as_text=True)


def test_errors_come_first_and_beside_in_the_same_words(
    client: FlaskClient, token: TokenOf
) -> None:
    data = {"csrf_token": token(client), "body": "写好的经过", "unit": "99"}
    text = client.post("/form", data=data).get_data(as_text=True)
    summary = text.split('id="error-summary"')[1].split("</div>")[0]
    assert '<a href="#kind-0">请选择您反映的是哪一类问题</a>' in summary
    assert '<a href="#name">请填写单位名称</a>' in summary
    assert '<a href="#unit">请从列出的选项中选择</a>' in summary
    assert "有 3 处需要修改" in summary
    assert text.index('id="error-summary"') < text.index("<form")
    assert 'id="kind-0"' in text
    assert 'aria-describedby="name-hint name-error"' in text
    assert text.count('aria-invalid="true"') == 4
    assert 'id="name-error"' in text
    assert "写好的经过" in text


def test_a_rules_refusal_stands_at_its_field_and_changes_nothing(
    client: FlaskClient, token: TokenOf, rows: Callable[[], list[str]]
) -> None:
    data = GOOD | {"csrf_token": token(client), "name": "拒绝"}
    text = client.post("/form", data=data).get_data(as_text=True)
    assert '<a href="#name">“拒绝”已经存在</a>' in text
    assert 'value="拒绝"' in text
    assert rows() == []


def test_a_refusal_of_the_whole_form(site: Site) -> None:
    with site.test_request_context("/form"):
        form = Form(meta={"csrf": False})
        form.refuse("今天不收")
        assert form.problems == [("", "今天不收")]


def test_the_default_sentence_names_the_field(site: Site) -> None:
    assert filled(site, body="  \r\n ").body.errors == ["请填写“事情经过”"]


def test_too_long_text_is_kept_whole_and_refused(site: Site) -> None:
    form = filled(site, name="长" * 21)
    assert form.name.errors == ["最多 20 字，请删减"]
    assert form.name.data == "长" * 21
    assert "maxlength" not in str(form.name())


@pytest.mark.parametrize(
    "typed", ["2026-03-01", "2026-3-1", "2026.3.1", "2026/3/1", "20260301", " 2026年3月1日 "]
)
def test_dates_as_people_write_them(site: Site, typed: str) -> None:
    form = filled(site, on=typed)
    assert form.on.errors == []
    assert form.on.data == date(2026, 3, 1)


@pytest.mark.parametrize("typed", ["2026-02-30", "三月", "0001-01-01", "9" * 5000, "2026-3-1-1"])
def test_what_is_no_date_is_kept_and_refused(site: Site, typed: str) -> None:
    form = filled(site, on=typed)
    assert form.on.errors == ["请填写真实的日期，例如 2026-03-01"]
    assert typed in str(form.on())
    assert form.on.data is None


def test_an_empty_date_is_none(site: Site) -> None:
    assert (filled(site, on=" ").on.data, filled(site, on=" ").on.errors) == (None, [])


@pytest.mark.parametrize(
    ("typed", "number"), [("12", 12), ("１２", 12), ("1,200", 1200), ("", None)]
)
def test_whole_numbers(site: Site, typed: str, number: int | None) -> None:
    form = filled(site, amount=typed)
    assert (form.amount.data, form.amount.errors) == (number, [])


@pytest.mark.parametrize("typed", ["十二", "1.5", "9" * 30, "9" * 5000])
def test_other_numbers_are_refused(site: Site, typed: str) -> None:
    assert filled(site, amount=typed).amount.errors == ["请填写整数"]


@pytest.mark.parametrize(
    ("names", "error"),
    [
        (["a.txt", "b.pdf"], None),
        (["a.txt", "b.txt", "c.txt"], "一次最多 2 个文件"),
        (["坏.exe"], "“坏.exe”的格式不在允许之列：txt、pdf"),
        (["空.txt"], "“空.txt”是空文件"),
        (["大.txt"], "“大.txt”超过 1 MB"),
        ([], None),
    ],
)
def test_uploads(client: FlaskClient, token: TokenOf, names: list[str], error: str | None) -> None:
    sizes = {"空.txt": 0, "大.txt": 1024 * 1024 + 1}
    files = [(io.BytesIO(b"x" * sizes.get(name, 5)), name) for name in names]
    data = GOOD | {"csrf_token": token(client), "files": files or (io.BytesIO(b""), "")}
    response = client.post("/form", data=data, content_type="multipart/form-data")
    response.request.environ["wsgi.input"].close()  # the test client's own temporary file
    if error is None:
        assert response.status_code == 303
    else:
        assert f'<a href="#files">{error}</a>' in response.get_data(as_text=True)


def test_nul_and_controls_never_reach_the_database(
    client: FlaskClient, token: TokenOf, rows: Callable[[], list[str]]
) -> None:
    data = GOOD | {"csrf_token": token(client), "name": "东\x00河\x07镇\u202e"}
    assert client.post("/form", data=data).status_code == 303
    assert rows() == ["东河镇"]


def test_one_line_fields_stay_one_line_and_long_ones_keep_theirs(site: Site) -> None:
    with site.test_request_context(
        "/form", method="POST", data=GOOD | {"name": "东河\r\n镇", "body": "一\r\n二"}
    ):
        form = SampleForm(meta={"csrf": False})
        assert (form.name.data, form.body.data) == ("东河 镇", "一\n二")


def test_labelled_choices(site: Site) -> None:
    class Colour(Labelled):
        RED = "red", "红"
        BLUE = "blue", "蓝"

    with site.test_request_context("/"):
        assert [(v, str(text)) for v, text in labelled(Colour)] == [("red", "红"), ("blue", "蓝")]


def test_choices_offered_by_a_view(site: Site) -> None:
    with site.test_request_context("/", method="POST", data=GOOD | {"unit": "7"}):
        form = SampleForm(meta={"csrf": False})
        form.unit.offer([(7, "南坪乡")])
        assert form.validate()
        assert ">南坪乡<" in str(form.unit())


def test_a_password_is_never_sent_back(site: Site) -> None:
    class SignIn(Form):
        password = PasswordField("口令")
        number = WholeNumberField("编号")

    with site.test_request_context("/", method="POST", data={"password": "correct horse"}):
        assert "correct horse" not in str(SignIn(meta={"csrf": False}).password())


class StepRow(wtforms.Form):
    name = TextField("做什么", [Required("请填写做什么")])


class RowForm(Form):
    year = WholeNumberField("年度", [Required("请填写年度")])
    steps = wtforms.FieldList(wtforms.FormField(StepRow))


def test_what_cannot_be_read_is_not_called_missing_and_rows_are_looked_through(site: Site) -> None:
    typed = MultiDict({"year": "二〇二六", "steps-0-name": "一", "steps-1-name": ""})
    with site.test_request_context("/form", method="POST"):
        form = RowForm(formdata=typed, meta={"csrf": False})
        assert not form.validate()
        assert form.problems == [("year", "请填写整数"), ("steps-1-name", "请填写做什么")]
        form = RowForm(formdata=MultiDict({"year": " "}), meta={"csrf": False})
        assert not form.validate()
        assert form.problems == [("year", "请填写年度")]
