"""The judgement itself: it finds every vector that stands raw in a page, and lets none of ours pass."""

from __future__ import annotations

import re

import pytest
from markupsafe import escape

from tests.inert import judging, vectors
from tests.inert.marks import Marks
from tests.inert.vectors import Vector
from tests.inert.walking import Walk, strange
from tests.inert.worlds import harmless

# Where a template could forget to escape; what breaks out of one does not break out of another.
PLACES = (
    "<h1>{}</h1>",
    "<title>{}</title>",
    "<textarea>{}</textarea>",
    '<input value="{}">',
    "<input value='{}'>",
    "<input value={}>",
    "<a href={}>a</a>",
    '<a href="{}">a</a>',
)
# What is only text to a parser. Escaped or not it is inert to a browser; the number tells the rest.
TEXT_EVERYWHERE = {"\\u0027-probe()-\\u0027", "\u2028probe()//", "${probe()}"}
ELEMENT = re.compile("<[a-zA-Z!?]")


def judged(text: str, place: str) -> list[str]:
    """What is wrong with a page in which a text stands as it is."""
    page = "<!doctype html><body>" + place
    walked = Walk()
    walked.judge("/", page.replace("{}", text), page.replace("{}", harmless(text)))
    return walked.found.get("/", [])


@pytest.mark.parametrize("vector", vectors.MARKUP, ids=lambda vector: vector.text)
def test_a_raw_vector_is_found(vector: Vector) -> None:
    found = [place for place in PLACES if judged(vector.text, place)]
    assert bool(found) == (vector.text not in TEXT_EVERYWHERE)


def test_bleachs_raw_vectors_are_found() -> None:
    passed = [v.text for v in vectors.bleachs() if not any(judged(v.text, p) for p in PLACES)]
    assert len(vectors.bleachs()) > 200
    assert [text for text in passed if ELEMENT.search(text)] == []


@pytest.mark.parametrize("vector", vectors.OWN, ids=lambda vector: vector.technique)
def test_an_escaped_vector_is_not(vector: Vector) -> None:
    text = str(escape(vector.text.replace("\0", "")))
    for place in PLACES[:5]:
        assert judged(text, place) == []


@pytest.mark.parametrize("place", [*PLACES, '<script>var a = "{}"</script>', "<!-- {} -->"])
def test_a_raw_mark_is_found_without_a_twin(place: str) -> None:
    mark = Marks("x").mark("a field")
    for text in (mark, mark.replace("<", "&lt;"), mark.replace('"', "&#34;")):
        assert judging.faults(judging.read(place.replace("{}", text))), text


@pytest.mark.parametrize("place", PLACES[:5])
def test_an_escaped_mark_is_told_and_not_found(place: str) -> None:
    marks = Marks("x")
    page = place.replace("{}", str(escape(marks.mark("a field"))))
    assert judging.faults(judging.read(page)) == []
    assert marks.absent([page]) == set()
    assert marks.absent([place]) == {"a field"}


def test_a_computed_number_is_found() -> None:
    walked = Walk()
    walked.judge("/", f"<p>{vectors.COMPUTED}</p>", f"<p>{vectors.PRODUCT}</p>")
    assert walked.found == {"/": ["a formula was computed"]}


@pytest.mark.parametrize(
    "address",
    ["javascript:a()", " \x01JaVa\tScript:a()", "vbscript:a", "data:text/html,x", "feed:x"],
)
def test_an_address_with_another_scheme_is_found(address: str) -> None:
    assert judging.faults(judging.read(f'<a href="{address}">a</a>'))


def test_rich_text_may_have_its_tags_and_no_more() -> None:
    twin = judging.read(f"<div><p>{judging.RICH}</p></div>")
    fine = judging.read(f'<div><p>{judging.RICH}<b>a</b><a href="/x">b</a></p></div>')
    assert judging.differences(fine, twin) == []
    for more in ("<b id=x>a</b>", "<img src=x>", "<form></form>", "<input>"):
        assert judging.differences(judging.read(f"<div><p>{judging.RICH}{more}</p></div>"), twin)


def test_an_element_that_no_twin_has_is_found() -> None:
    one, other = Walk(), Walk()
    for walked, page in ((one, "<p><b id=x>a</b></p>"), (other, "<p><b>a</b></p>")):
        walked.judge("/", page, page)
    assert strange(one, one) == {}
    assert strange(one, other) == {("b", ("id",)): "/"}
