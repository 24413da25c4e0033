"""What only the Whoosh engine can get wrong: its files."""

import random
import stat
from pathlib import Path

import pytest

from search import open_engine, open_reader
from search.engine import Query, SearchBusy, SearchUnavailable
from search.engines.whoosh import WhooshEngine, WhooshReader, reading, storage, writing
from tests.search.conftest import fill, power


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "index"


@pytest.fixture
def index(root: Path) -> WhooshEngine:
    index = WhooshEngine(root, wait=0.05)
    fill(index, *(power(n, f"审批事项{n}", "资金使用" * 20) for n in range(50)))
    return index


def live(root: Path) -> Path:
    return root / (root / "current").read_text()


def test_only_the_owner_may_look_inside(index: WhooshEngine, root: Path) -> None:
    for folder in (root, live(root)):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_another_writer_is_waited_for_but_not_for_ever(index: WhooshEngine, root: Path) -> None:
    with index.folders.locked("write"), pytest.raises(SearchBusy):
        WhooshEngine(root, wait=0.05).apply([], 2, after=1)
    assert index.apply([], 2, after=1) == 0


def test_an_index_of_another_format_can_be_read_but_not_added_to(
    index: WhooshEngine, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (reading, writing):
        monkeypatch.setattr(module, "FORMAT", "whoosh-2")
    with pytest.raises(SearchUnavailable, match="format"):
        index.apply([], 2, after=1)
    assert WhooshReader(root).search(Query("审批")).total == 50
    with index.rebuilding() as beside:
        beside.apply([("powers:1", [power(1, "审批")])], 2, after=0)
    assert index.apply([], 3, after=2) == 0


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_index_is_unavailable_until_it_is_rebuilt(
    index: WhooshEngine, root: Path, seed: int
) -> None:
    chosen = random.Random(seed)
    files = sorted(path for path in live(root).iterdir() if path.stat().st_size)
    victim = chosen.choice(files)
    content = victim.read_bytes()
    damage = seed % 3
    if damage == 0:
        victim.unlink()
    elif damage == 1:
        victim.write_bytes(content[: len(content) // 2])
    else:
        victim.write_bytes(chosen.randbytes(len(content)))
    again = WhooshEngine(root)
    with pytest.raises(SearchUnavailable):
        again.search(Query("审批 资金"))
    with pytest.raises(SearchUnavailable):
        again.cursor()
    with pytest.raises(SearchUnavailable):
        again.apply([], 2, after=1)
    with again.rebuilding() as beside:
        beside.apply([("powers:1", [power(1, "审批")])], 2, after=0)
    assert again.search(Query("审批")).total == 1


def test_a_pointer_to_nothing_is_unavailable(index: WhooshEngine, root: Path) -> None:
    (root / "current").write_text("index-gone")
    with pytest.raises(SearchUnavailable):
        WhooshReader(root).search(Query("审批"))


def test_what_a_killed_writer_left_is_swept_away(index: WhooshEngine, root: Path) -> None:
    (root / "index-left").mkdir()
    (root / "current.left").write_text("index-left")
    (live(root) / f"_{storage.NAME}_7.toc.123.4").write_text("half a commit")
    fill(index, power(60, "审批"))
    assert not list(live(root).glob("*.toc.*"))
    with index.rebuilding():
        pass
    assert sorted(path.name for path in root.iterdir()) == [
        "current",
        live(root).name,
        "rebuild.lock",
        "write.lock",
    ]


def test_the_memory_of_terms_has_a_limit(root: Path) -> None:
    index = WhooshEngine(root, cache_bytes=5_000)
    fill(index, *(power(n, f"审批事项{n}", "资金使用") for n in range(100)))
    for _ in range(3):
        assert index.search(Query("审批事项 资金使用")).total == 100
        assert index.search(Query("事项 资金")).total == 100


def test_a_mostly_dead_index_is_written_anew(index: WhooshEngine, root: Path) -> None:
    for number in range(1, 5):
        changes = [(f"powers:{n}", [power(n, f"第{number}版", "资金使用" * 20)]) for n in range(50)]
        index.apply(changes, number + 1, after=number)
    assert index.search(Query("资金")).total == 50
    files = [path for path in live(root).iterdir() if path.suffix == ".seg"]
    assert len(files) <= 2


@pytest.mark.parametrize(
    "url", ["", "whoosh", "whoosh:", "whoosh://", "tantivy:", "lucene:var/index", "/var"]
)
def test_addresses_of_no_index(url: str) -> None:
    for opening in (open_engine, open_reader):
        with pytest.raises(ValueError, match="address of a search index"):
            opening(url)


def test_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(open_engine(f"whoosh://{tmp_path}/one"), power(1, "审批"))
    assert (tmp_path / "one" / "current").exists()
    monkeypatch.chdir(tmp_path)
    assert open_reader("whoosh:one").search(Query("审批")).total == 1
    assert [path.name for path in tmp_path.iterdir()] == ["one"]
