"""What only the Tantivy engine can get wrong: its files, and its segments."""

import random
import stat
from datetime import date
from pathlib import Path

import pytest

from search import open_engine, open_reader
from search.engine import PAGE_SIZE_MAX, Field, Query, SearchBusy, SearchUnavailable
from search.engines.tantivy import TantivyEngine, TantivyReader, finding, storage, writing
from tests.search.conftest import fill, power, unit


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "index"


@pytest.fixture
def index(root: Path) -> TantivyEngine:
    index = TantivyEngine(root, wait=0.05)
    fill(index, *(power(n, f"审批事项{n}", "资金使用" * 20) for n in range(50)))
    return index


def live(root: Path) -> Path:
    return root / (root / "current").read_text()


def test_only_the_owner_may_look_inside(index: TantivyEngine, root: Path) -> None:
    for folder in (root, live(root)):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_another_writer_is_waited_for_but_not_for_ever(index: TantivyEngine, root: Path) -> None:
    with index.folders.locked("write"), pytest.raises(SearchBusy):
        TantivyEngine(root, wait=0.05).apply([], 2, after=1)
    assert index.apply([], 2, after=1) == 0


def test_an_index_of_another_format_can_be_read_but_not_added_to(
    index: TantivyEngine, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "FORMAT", "tantivy-2")
    monkeypatch.setattr(storage, "FORMAT", "tantivy-2")
    with pytest.raises(SearchUnavailable, match="format"):
        index.apply([], 2, after=1)
    assert TantivyReader(root).search(Query("审批")).total == 50
    with index.rebuilding() as beside:
        beside.apply([("powers:1", [power(1, "审批")])], 2, after=0)
    assert index.apply([], 3, after=2) == 0


@pytest.mark.parametrize("damage", ["gone", "half", "nonsense"])
@pytest.mark.parametrize("suffix", ["meta.json", "idx", "term", "fast", "store"])
def test_a_damaged_index_is_unavailable_until_it_is_rebuilt(
    index: TantivyEngine, root: Path, suffix: str, damage: str
) -> None:
    for victim in [path for path in live(root).iterdir() if path.name.endswith(suffix)]:
        content = victim.read_bytes()
        victim.unlink()
        if damage == "half":
            victim.write_bytes(content[: len(content) // 2])
        elif damage == "nonsense":
            victim.write_bytes(random.Random(suffix).randbytes(len(content)))
    again = TantivyEngine(root)
    with pytest.raises(SearchUnavailable):
        again.search(Query("审批 资金"))
    with pytest.raises(SearchUnavailable):
        again.cursor()
    with pytest.raises(SearchUnavailable):
        again.apply([], 2, after=1)
    with again.rebuilding() as beside:
        beside.apply([("powers:1", [power(1, "审批")])], 2, after=0)
    assert again.search(Query("审批")).total == 1


def test_a_pointer_to_nothing_is_unavailable(index: TantivyEngine, root: Path) -> None:
    (root / "current").write_text("index-gone")
    with pytest.raises(SearchUnavailable):
        TantivyReader(root).search(Query("审批"))


def test_a_rebuild_sweeps_away_what_others_left(index: TantivyEngine, root: Path) -> None:
    (root / "index-left").mkdir()
    (root / "current.left").write_text("index-left")
    with index.rebuilding():
        pass
    assert sorted(path.name for path in root.iterdir()) == [
        "current",
        live(root).name,
        "rebuild.lock",
        "write.lock",
    ]


def test_equally_good_ones_come_in_order_across_segments(index: TantivyEngine) -> None:
    # One segment for each commit; the best of all are in the later ones.
    chosen = random.Random(7)
    days = [date(2026, 1, 1 + chosen.randrange(28)) for _ in range(60)]
    same = [
        power(n, "道路养护", date=day, group=f"powers:{n}") for n, day in enumerate(days, start=100)
    ]
    chosen.shuffle(same)
    for at in range(0, 60, 10):
        fill(index, *same[at : at + 10])
    expected = sorted(same, key=lambda each: (-(each.date or date.min).toordinal(), each.id))
    for size in (1, 7, 20, 59, PAGE_SIZE_MAX):
        hits = index.search(Query("养护", page_size=size)).hits
        assert [hit.id for hit in hits] == [each.id for each in expected][:size]
    hits = index.search(Query("养护", page=3, page_size=20)).hits
    assert [hit.id for hit in hits] == [each.id for each in expected][40:]


def test_how_rare_a_word_is_does_not_depend_on_what_was_deleted(index: TantivyEngine) -> None:
    fill(index, power(60, "养护", "招标"), power(61, "招标", "养护"))
    index.apply([(f"powers:{n}", []) for n in range(40)], 3, after=2)
    kept = [hit.id for hit in index.search(Query("资金 招标 养护")).hits]
    commit = index._latest()
    assert [commit.containing(term) for term in ("资金", "招标", "航空")] == [10, 2, 0]
    assert commit.documents == 12
    with index.rebuilding() as beside:
        left = [power(n, f"审批事项{n}", "资金使用" * 20) for n in range(40, 50)]
        left += [power(60, "养护", "招标"), power(61, "招标", "养护")]
        beside.apply([(each.group, [each]) for each in left], 3, after=0)
    assert [hit.id for hit in index.search(Query("资金 招标 养护")).hits] == kept


def test_suggestions_go_on_past_many_of_one_name(
    index: TantivyEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_CANDIDATES", 5)
    fill(
        index,
        *(power(n, "道路养护", group=f"powers:{n}") for n in range(100, 130)),
        power(200, "农村道路养护"),
        unit(1, "县公路局", "道路养护局"),
    )
    assert [each.text for each in index.suggest("道路养护")] == [
        "道路养护",
        "县公路局",
        "农村道路养护",
    ]


def test_a_title_may_be_of_any_length(index: TantivyEngine) -> None:
    fill(index, power(70, "题" * 50_000), power(71, "题" * 130, date=None), power(72, "题" * 105))
    assert index.search(Query("题" * 100)).hits[0].id == "power:72"
    assert {each.id for each in index.suggest("题" * 120)} == {"power:70", "power:71"}


def test_values_no_index_can_hold_are_found_nowhere(index: TantivyEngine) -> None:
    assert index.search(Query("审批", {Field.UNIT: ["\ud800"]})).total == 0


def test_addresses(tmp_path: Path) -> None:
    fill(open_engine(f"tantivy://{tmp_path}/one"), power(1, "审批"))
    assert open_reader(f"tantivy:{tmp_path}/one").search(Query("审批")).total == 1
