from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from werkzeug.datastructures import MultiDict

from admin import rows

COLUMNS = ("name", "who")


def typed(*names: str, press: str = "", **other: str) -> MultiDict[str, str]:
    fields = {f"steps-{n}-name": name for n, name in enumerate(names)}
    return MultiDict({**other, **fields, **({"rows": press} if press else {})})


def names(form: MultiDict[str, str]) -> list[str]:
    found: list[str] = []
    while (key := f"steps-{len(found)}-name") in form:
        found.append(form[key])
    return found


@pytest.mark.parametrize(
    ("press", "left", "focus"),
    [
        ("steps:add", ["甲", "乙", "丙", ""], "steps-3-name"),
        ("steps:up:2", ["甲", "丙", "乙"], "steps-1-up"),
        ("steps:up:1", ["乙", "甲", "丙"], "steps-0-down"),
        ("steps:down:1", ["甲", "丙", "乙"], "steps-2-up"),
        ("steps:remove:1", ["甲", "丙"], "steps-1-name"),
        ("steps:remove:2", ["甲", "乙"], "steps-1-name"),
        ("steps:up:0", ["甲", "乙", "丙"], ""),
        ("steps:down:2", ["甲", "乙", "丙"], ""),
        ("steps:remove:9", ["甲", "乙", "丙"], ""),
        ("steps:dance:1", ["甲", "乙", "丙"], ""),
        ("other:add", ["甲", "乙", "丙"], ""),
        ("steps:up:99999999", ["甲", "乙", "丙"], ""),
        ("", ["甲", "乙", "丙"], ""),
    ],
)
def test_a_button_rearranges(press: str, left: list[str], focus: str) -> None:
    done = rows.arranged(typed("甲", "乙", "丙", press=press, title="题"), "steps", COLUMNS)
    assert (names(done.typed), done.focus) == (left, focus)
    assert done.typed["title"] == "题"
    assert "rows" not in done.typed


def test_the_last_row_goes_to_the_button_that_adds() -> None:
    assert rows.arranged(typed("甲", press="steps:remove:0"), "steps", COLUMNS).focus == "steps-add"


def test_further_buttons_put_rows_at_the_end() -> None:
    def two(_rows: list[rows.Row]) -> list[rows.Row]:
        return [{"name": "丁", "who": ""}, {"name": "戊", "who": ""}]

    form = typed("甲", "", press="steps:two")
    done = rows.arranged(form, "steps", COLUMNS, {"two": two})
    assert (names(done.typed), done.focus) == (["甲", "丁", "戊"], "steps-1-name")
    none = rows.arranged(form, "steps", COLUMNS, {"two": lambda _rows: []})
    assert (names(none.typed), none.focus) == (["甲"], "")


def test_gaps_and_strangers_in_the_names_do_no_harm() -> None:
    form = MultiDict({"steps-7-name": "乙", "steps-3-name": "甲", "steps-x-name": "?", "a": "b"})
    assert names(rows.arranged(form, "steps", COLUMNS).typed) == ["甲", "乙"]


@given(st.lists(st.text(max_size=5), max_size=6), st.lists(st.text(max_size=12), max_size=4))
def test_moving_never_loses_a_row(words: list[str], presses: list[str]) -> None:
    form = typed(*words)
    for press in [*presses, *(f"steps:{act}:{n}" for act in ("up", "down") for n in range(7))]:
        form["rows"] = press if not press.startswith("steps:remove") else "steps:up:1"
        form = rows.arranged(form, "steps", COLUMNS).typed
    assert sorted(name for name in names(form) if name) == sorted(word for word in words if word)
