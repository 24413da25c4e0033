"""The template: what it offers is what is read."""

import io

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from domain import imports
from domain.db import Session
from domain.errors import Refused
from domain.imports import template
from domain.imports.forms import FORMS, Column, Form
from tests.domain.imports.workbooks import filled
from tests.fixtures.county import County

COLUMNS = [(form, column) for form in FORMS for column in form.columns]


@pytest.fixture(scope="module")
def empty() -> Workbook:
    return load_workbook(filled())


def test_the_sheets_come_with_a_guide(empty: Workbook) -> None:
    assert empty.sheetnames == ["说明", *(form.title for form in FORMS)]
    guide = [[cell.value for cell in row] for row in empty["说明"].iter_rows()]
    described = [(row[0], row[1]) for row in guide if row[1]]
    assert described[1:] == [(form.title, column.header) for form, column in COLUMNS]
    assert "只写年月会报错" in str(guide)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.key)
def test_a_form_has_its_headers_lists_and_notes(empty: Workbook, form: Form) -> None:
    sheet = empty[form.title]
    assert [cell.value for cell in sheet[1]] == [column.header for column in form.columns]
    assert sheet.freeze_panes == "C2"
    offered = {
        str(rule.sqref).split(":")[0][:-1]: rule.formula1
        for rule in sheet.data_validations.dataValidation
    }
    assert offered == {
        get_column_letter(index): f'"{",".join(column.options)}"'
        for index, column in enumerate(form.columns, start=1)
        if column.options
    }
    assert all(len(formula) <= 255 for formula in offered.values())
    for cell, column in zip(sheet[1], form.columns, strict=True):
        assert (cell.comment is not None) == bool(column.hint or column.example or column.stored)


def test_no_word_means_two_columns_of_a_form() -> None:
    for form in FORMS:
        names = [name for column in form.columns for name in column.names]
        assert len(names) == len(set(names)), form.key


@pytest.mark.parametrize(("form", "column"), COLUMNS, ids=lambda part: part.key)
def test_examples_and_options_are_among_what_is_read(form: Form, column: Column) -> None:
    assert {cells for cells in column.options if column.members} <= {
        member.label for member in column.members.values()
    }
    if column.members:
        assert column.example in column.options
    assert len(column.example) <= column.limit


def test_an_empty_template_imports_nothing(session: Session, county: County) -> None:
    outcome = imports.check(session, imports.read(filled()), None)
    assert (outcome.problems, outcome.notices, outcome.counts) == ([], [], {})


def test_the_examples_make_a_workbook_that_imports(session: Session, county: County) -> None:
    rows = {form.key: [{column.key: column.example for column in form.columns}] for form in FORMS}
    outcome = imports.check(session, imports.read(filled(**rows)), None)
    # The county has this bureau already, under another code and with another head.
    assert {(p.place.header, p.place.value) for p in outcome.problems} == {
        ("单位名称", "云岭县交通运输局"),
        ("任职日期", "2024-03-01"),
    }


def test_texts_that_look_like_formulas_stay_texts() -> None:
    out = io.BytesIO()
    template.write(out, {"negatives": [{"text": "=HYPERLINK(1)", "unit": "@x", "post": "+1"}]})
    out.seek(0)
    row = load_workbook(out)["负面清单"][2]
    assert [(c.value, c.data_type, c.quotePrefix) for c in row if c.value] == [
        ("@x", "s", True),
        ("+1", "s", True),
        ("=HYPERLINK(1)", "s", True),
    ]


def test_a_template_that_is_cut_short_is_refused(session: Session) -> None:
    with pytest.raises(Refused, match="损坏"):
        imports.check(session, imports.read(io.BytesIO(filled().getvalue()[:-500])), None)
