"""Whatever an imported workbook holds, no page that shows it is built otherwise than its template says."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from domain.imports import cells, forms
from tests.domain.imports.rows import DISCLOSURE, POWER
from tests.domain.imports.workbooks import filled
from tests.inert import judging, vectors, workbook
from tests.inert.walking import Walk, results, walk
from tests.inert.worlds import World, harmless, make

# On the internal site only, to others than these: `test_forms`; and what is left empty here.
NOT_PUBLIC = {"code", "parent"}
Worlds = tuple[World, World]
# Every fourth is enough to see all kinds of results.
SEARCHED = [vector.text for vector in vectors.OWN[::4]]


def bring_in(world: World) -> None:
    """Import the workbook as an editor does, and approve what it made."""
    desk = world.desk("editor")
    book = filled(**workbook.rows(world.change))
    address = desk.post("/imports", workbook=(book, world.change("<b>.xlsx"))).location
    world.pages.append(desk.text(address))
    desk.post(f"{address}/apply")
    world.pages.append(desk.text(address))
    assert "可以导入" in world.pages[0]
    assert "已导入" in world.pages[1]
    assert world.publish_everything() > 100


@pytest.fixture(scope="module")
def worlds(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    folder = tmp_path_factory.mktemp("worlds")
    with (
        make(empty_database, folder / "a", str) as one,
        make(empty_database, folder / "b", harmless) as other,
    ):
        bring_in(one)
        bring_in(other)
        yield one, other


@pytest.fixture(scope="module")
def seen(worlds: Worlds) -> Walk:
    """The public site, walked."""
    one, other = worlds
    clients = one.portal.test_client(), other.portal.test_client()
    return walk((one.portal, other.portal), clients, [("/", "/")])


def test_no_public_page_is_changed_by_what_was_imported(seen: Walk) -> None:
    assert seen.found == {}
    assert (
        min(seen.endpoints[f"{noun}.show"] for noun in ("units", "officials", "disclosures")) > 50
    )
    assert seen.endpoints["powers.item"] > 50


def test_no_result_of_a_search_is_changed_by_it(worlds: Worlds) -> None:
    walked = Walk()
    clients = worlds[0].portal.test_client(), worlds[1].portal.test_client()
    assert results(clients, "/search", SEARCHED, walked) > 20
    assert walked.found == {}


def test_every_column_was_seen(seen: Walk) -> None:
    """What was typed is on some page as it was typed: it was escaped, not taken away."""
    shown = seen.told
    rows = workbook.rows()
    for form in forms.FORMS:
        for column in workbook.text_columns(form):
            if column.key in NOT_PUBLIC:
                continue
            texts = [str(row[column.key]) for row in rows[form.key]]
            if column.key == "steps":
                texts = [text.partition("｜")[0] for text in texts]
            if column.key == "body":  # tags are cut out of it
                texts = [judging.RICH]
            missing = [text for text in texts if cells.key(text) not in shown]
            assert len(missing) <= len(texts) / 2, (form.key, column.key, missing[:3])
    assert workbook.MARKS.absent(seen.pages.values()) == {"code"}


def test_no_page_of_the_internal_site_is_changed_by_it(worlds: Worlds) -> None:
    one, other = worlds
    walked = Walk()
    for who in ("editor", "reviewer", "manager"):
        clients = one.desk(who).client, other.desk(who).client
        walk((one.admin, other.admin), clients, [("/", "/")], walked, most=4)
    assert walked.found == {}
    pages = {"powers.index", "disclosures.index", "publishing.public", "imports.index"}
    assert pages <= set(walked.endpoints)


def test_the_import_itself_shows_it_without_harm(worlds: Worlds) -> None:
    walked = Walk()
    for n, (page, twin) in enumerate(zip(*(world.pages for world in worlds), strict=True)):
        walked.judge(f"/imports/1 #{n}", page, twin)
    assert walked.found == {}


def test_what_is_wrong_with_a_workbook_is_said_without_harm(worlds: Worlds) -> None:
    """Every column refuses something; the sentences and the marked copy quote it."""
    addresses = []
    for world in worlds:
        wrong = [world.change(vector.text) for vector in vectors.MARKUP]
        rows = {
            "units": [
                {"code": text, "name": text, "kind": text} for text in map(workbook.written, wrong)
            ],
            "powers": [POWER | {"unit": workbook.written(text), "risk": "高"} for text in wrong],
            "disclosures": [DISCLOSURE | {"leaf": workbook.written(text)} for text in wrong],
        }
        desk = world.desk("editor")
        addresses.append(
            desk.post("/imports", workbook=(filled(**rows), "<img src=x>.xlsx")).location
        )
    one, other = (world.desk("editor") for world in worlds)
    walked = Walk()
    walked.judge(addresses[0], one.text(addresses[0]), other.text(addresses[1]))
    assert "一行也不会导入" in walked.pages[addresses[0]]
    assert walked.found == {}


def test_the_marked_copy_computes_nothing(worlds: Worlds) -> None:
    desk = worlds[0].desk("editor")
    bad = [
        DISCLOSURE | {"leaf": vector.text} for vector in vectors.TEXTUAL if "\0" not in vector.text
    ]
    address = desk.post("/imports", workbook=(filled(disclosures=bad), "a.xlsx")).location
    copy = load_workbook(io.BytesIO(desk.get(f"{address}/marked").data))
    desk.post(f"{address}/drop")
    values = [cell for sheet in copy for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in values if cell.data_type == "f"] == []
    assert any(cell.value == f"={vectors.PRODUCT}" for cell in values)
