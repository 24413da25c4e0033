"""What lies on the disk: the fields of a document, its postings, and when they are safe."""

from __future__ import annotations

import re
from array import array
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whoosh import columns, fields, formats
from whoosh.filedb.filestore import FileStorage

from search import weights, words
from search.folders import to_disk
from search.names import BORDER

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from search.engine import Document

# Which code wrote an index: another one cannot add to it.
FORMAT = f"whoosh-1.{words.VERSION}.{weights.VERSION}"

NAME = "MAIN"
# The document that says how far the index has followed the log; it belongs to no group.
FACTS = "facts"
_TOC = re.compile(rf"_{NAME}_([0-9]+)\.toc")


def generation(folder: Path) -> int:
    """The number of the last commit.

    Raises:
        FileNotFoundError: there is none.
    """
    found = [int(match[1]) for file in folder.iterdir() if (match := _TOC.fullmatch(file.name))]
    if not found:
        raise FileNotFoundError(f"no index in {folder}")
    return max(found)


class Weighted(fields.FieldType):
    """A field whose terms come with their levels, as `search.weights.terms` gives them."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), None)  # type: ignore[arg-type]

    def index(
        self, value: Mapping[str, int], **_: Any
    ) -> Generator[tuple[bytes, int, float, bytes], Any, None]:
        """The postings of one document."""
        for term, level in value.items():
            yield term.encode(), 1, weights.LEVELS[level], b""


SCHEMA = fields.Schema(
    id=fields.ID(unique=True, sortable=True),
    group=fields.ID(),
    terms=Weighted(),
    kind=fields.ID(),
    unit=fields.ID(),
    power_kind=fields.ID(),
    year=fields.ID(),
    names=fields.COLUMN(columns.VarBytesColumn()),
    date=fields.COLUMN(columns.NumericColumn("I")),
    shown=fields.STORED(),
)


def fields_of(document: Document) -> dict[str, Any]:
    """A document as Whoosh takes it."""
    filters = {
        "kind": document.kind.value,
        "unit": document.unit,
        "power_kind": document.power_kind,
        "year": "" if document.year is None else str(document.year),
    }
    return {
        "id": document.id,
        "group": document.group,
        "terms": weights.terms(document),
        "names": BORDER.join(weights.names(document)).encode(),
        "date": document.date.toordinal() if document.date else 0,
        "shown": {
            "id": document.id,
            "kind": document.kind.value,
            "title": document.title,
            "body": document.body,
            "unit": document.unit,
            "unit_name": document.unit_name,
            "power_kind": document.power_kind,
            "year": document.year,
            "date": document.date,
        },
        **{name: value for name, value in filters.items() if value},
    }


class Files(FileStorage):
    """The files of an index. Closes what Whoosh leaves open when it fails or gives up half-way."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._opened: list[Any] = []

    def open_file(self, name: str, **options: Any) -> Any:
        """Open a file to read."""
        file = super().open_file(name, **options)
        self._opened.append(file)
        return file

    def create_file(self, name: str, excl: bool = False, mode: str = "wb", **options: Any) -> Any:
        """Open a new file to write."""
        file = super().create_file(name, excl, mode, **options)
        self._opened.append(file)
        return file

    def close_all(self) -> None:
        """Close every file that is still open."""
        for file in self._opened:
            if not file.is_closed:
                file.close()
        self._opened.clear()


class Durable(Files):
    """Files whose commits survive a power cut: they reach the disk before what names them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._written: set[str] = set()
        self._scratch: Files | None = None

    def create_file(self, name: str, excl: bool = False, mode: str = "wb", **options: Any) -> Any:
        """Open a new file to write."""
        self._written.add(name)
        return super().create_file(name, excl, mode, **options)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Rename a file: the last step of a commit."""
        for name in self._written:
            path = Path(self.folder, name)
            if path.exists():
                to_disk(path)
        self._written.clear()
        super().rename_file(oldname, newname, safe=safe)
        to_disk(Path(self.folder))

    def temp_storage(self, name: str | None = None) -> Files:
        """Where a writer keeps what it needs until the commit."""
        folder = Path(self.folder, name or f"{NAME}.tmp")
        folder.mkdir(mode=0o700, exist_ok=True)
        self._scratch = Files(folder)
        return self._scratch

    def close_all(self) -> None:
        """Close every file that is still open."""
        super().close_all()
        if self._scratch:
            self._scratch.close_all()


class Pool:
    """The postings of one commit, sorted in memory.

    Whoosh's own pool keeps a tuple of five for each and spills to disk; this one needs eight bytes
    and takes less than half the time (docs/decisions/0006).
    """

    def __init__(self) -> None:
        self._postings: dict[tuple[str, bytes], tuple[array[int], array[float]]] = {}
        self.fieldnames: set[str] = set()

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        """Take one posting; for one term they come in the order of documents."""
        field, term, doc, weight, _ = item
        postings = self._postings.get((field, term))
        if postings is None:
            postings = self._postings[field, term] = (array("I"), array("f"))
            self.fieldnames.add(field)
        postings[0].append(doc)
        postings[1].append(weight)

    def iter_postings(self) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        """All postings, by field, term and document; each can be read once."""
        for field, term in sorted(self._postings):
            docs, weights_ = self._postings.pop((field, term))
            for doc, weight in zip(docs, weights_, strict=True):
                yield field, term, doc, weight, b""

    def cleanup(self) -> None:
        """Forget everything."""
        self._postings.clear()
