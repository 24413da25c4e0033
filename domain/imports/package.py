"""The file itself: is it a workbook we can read safely, and what does openpyxl not tell of it?

An .xlsx is a zip of XML. Before openpyxl sees it, every part is walked once with expat: no document
type (so no entities), no more cells than we have memory for. The same walk notes what openpyxl's
streaming mode leaves out: merged cells, and formulas that were never calculated.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING
from xml.parsers import expat

from domain.errors import Refused

if TYPE_CHECKING:
    from typing import BinaryIO

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK = 256 * 1024


@dataclass(frozen=True)
class Limits:
    """How much we are willing to read; bytes, and numbers of things."""

    file: int = 20 * 1024 * 1024
    unpacked: int = 200 * 1024 * 1024
    parts: int = 5_000
    filled_cells: int = 600_000
    # Formatted but empty cells cost time only; a column formatted to its end has a million.
    all_cells: int = 2_500_000
    merges: int = 100_000


LIMITS = Limits()


@dataclass(slots=True)
class SheetFacts:
    """What the walk noted of one sheet.

    Attributes:
        merges: merged ranges as written (“A2:A9”).
        hollow: cells that hold a formula without a result, with the formula.
        rows: rows that are there at all, for a progress bar.
    """

    merges: list[str] = field(default_factory=list)
    hollow: dict[str, str] = field(default_factory=dict)
    rows: int = 0


class _Doctype(Exception):
    """A part declares a document type."""


class _TooMany(Exception):
    """More cells than we take."""


def examine(file: BinaryIO, limits: Limits = LIMITS) -> dict[str, SheetFacts]:
    """Make sure that a file is an .xlsx that may be read, and note what openpyxl leaves out.

    Returns:
        The facts of each sheet by its title.

    Raises:
        Refused: it is no workbook, another format, encrypted, holds macros, is broken or too big.
    """
    _refuse_other_formats(file, limits)
    try:
        with zipfile.ZipFile(file) as package:
            _refuse_other_packages(package, limits)
            return _walk_all(package, limits)
    except _Doctype:
        raise Refused("文件里有不允许的内容（DTD 声明），没有读取") from None
    except _TooMany:
        raise Refused(
            "单元格太多（最多 %(number)s 个有内容的），请拆成几个工作簿；"
            "如果表格并不大，请删去末尾设置过格式的空行空列",
            number=limits.filled_cells,
        ) from None
    except (
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        OSError,
        EOFError,
        ValueError,
        KeyError,
    ):
        raise broken() from None
    except (NotImplementedError, RuntimeError):
        # A compression method or a zip password that Excel never uses.
        raise Refused("文件加了密或用了特殊的压缩方式，请用 Excel 或 WPS 另存一次再导入") from None


def broken() -> Refused:
    """The refusal of a file that is damaged."""
    return Refused("文件已损坏，或者不是 Excel 工作簿。请用 Excel 或 WPS 打开，另存为 .xlsx 再导入")


def _refuse_other_formats(file: BinaryIO, limits: Limits) -> None:
    size = file.seek(0, 2)
    file.seek(0)
    if size == 0:
        raise Refused("文件是空的")
    if size > limits.file:
        raise Refused("文件太大：最大 %(number)s MB", number=limits.file // (1024 * 1024))
    start = file.read(8)
    if start.startswith(_OLE):
        file.seek(0)
        # An encrypted workbook hides inside the old container, under this name.
        if "EncryptedPackage".encode("utf-16-le") in file.read():
            raise Refused("工作簿设了打开密码，请先去掉密码再导入")
        raise Refused("这是旧格式的表格（.xls 或 .et），请另存为 .xlsx 再导入")
    if not start.startswith(b"PK"):
        raise Refused("这不是 .xlsx 工作簿。请用 Excel 或 WPS 另存为 .xlsx 再导入")
    file.seek(0)


def _refuse_other_packages(package: zipfile.ZipFile, limits: Limits) -> None:
    parts = package.infolist()
    names = {part.filename for part in parts}
    # zipfile gives no more of a part than it declares, so the declared sizes bound what we read.
    if len(parts) > limits.parts or sum(part.file_size for part in parts) > limits.unpacked:
        raise Refused("文件解压后太大，没有读取")
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("工作簿设了打开密码，请先去掉密码再导入")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Refused("工作簿里有宏，请另存为不含宏的 .xlsx 再导入")
    if "xl/workbook.bin" in names:
        raise Refused("这是二进制工作簿（.xlsb），请另存为 .xlsx 再导入")
    if "[Content_Types].xml" not in names:
        raise Refused("这不是 .xlsx 工作簿。请用 Excel 或 WPS 另存为 .xlsx 再导入")
    if b"macroEnabled" in package.read("[Content_Types].xml"):
        raise Refused("工作簿里有宏，请另存为不含宏的 .xlsx 再导入")
    if "xl/workbook.xml" in names and _STRICT in package.read("xl/workbook.xml"):
        raise Refused("这是“Strict Open XML”格式，请另存为普通的“Excel 工作簿（.xlsx）”再导入")


def _walk_all(package: zipfile.ZipFile, limits: Limits) -> dict[str, SheetFacts]:
    parts = _sheet_parts(package)
    found = {title: SheetFacts() for title in parts}
    titles = {part: title for title, part in parts.items()}
    budget = _Budget(limits)
    for part in package.infolist():
        if not part.filename.endswith((".xml", ".rels", ".vml")):
            continue
        with package.open(part) as source:
            if part.filename in titles:
                _SheetWalk(found[titles[part.filename]], budget).run(source)
            else:
                _feed(_parser(), source)
    return found


def _sheet_parts(package: zipfile.ZipFile) -> dict[str, str]:
    """The parts of the zip that hold the sheets, by the sheets' titles."""
    types = _elements(package, "[Content_Types].xml", "Override")
    book = next(
        (
            kind["PartName"].lstrip("/")
            for kind in types
            if kind.get("ContentType", "").endswith("sheet.main+xml") and "PartName" in kind
        ),
        "xl/workbook.xml",
    )
    folder, _, name = book.rpartition("/")
    relations = _elements(package, f"{folder}/_rels/{name}.rels", "Relationship")
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    found = {}
    for sheet in _elements(package, book, "sheet"):
        relation = next((v for k, v in sheet.items() if k.endswith("relationships id")), "")
        target = posixpath.join("/", folder, targets.get(relation, ""))
        found[sheet.get("name", "")] = posixpath.normpath(target).lstrip("/")
    return found


def _elements(package: zipfile.ZipFile, part: str, local_name: str) -> list[dict[str, str]]:
    """The attributes of all elements of one name in a part."""
    found: list[dict[str, str]] = []

    def note(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(" ")[2] == local_name:
            found.append(attributes)

    parser = _parser()
    parser.StartElementHandler = note
    with package.open(part) as source:
        _feed(parser, source)
    return found


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    raise _Doctype


def _feed(parser: expat.XMLParserType, source: IO[bytes]) -> None:
    while chunk := source.read(_CHUNK):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


class _Budget:
    """Counts over all sheets together."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.filled = self.cells = self.merges = 0

    def check(self) -> None:
        if (
            self.filled > self.limits.filled_cells
            or self.cells > self.limits.all_cells
            or self.merges > self.limits.merges
        ):
            raise _TooMany


class _SheetWalk:
    """One pass over one sheet."""

    def __init__(self, facts: SheetFacts, budget: _Budget) -> None:
        self.facts = facts
        self.budget = budget
        self.parser = _parser()
        self.cell: dict[str, str] = {}
        # The formula of the current cell so far, None while it has none; where text goes now.
        self.formula: str | None = None
        self.inside_formula = False
        self.has_result = False
        self.steps: dict[str, Callable[[dict[str, str]], None]] = {
            _MAIN + "row": self._row,
            _MAIN + "c": self._cell,
            _MAIN + "f": self._formula,
            _MAIN + "v": self._value,
            _MAIN + "is": self._value,
            _MAIN + "mergeCell": self._merge,
        }

    def run(self, source: IO[bytes]) -> None:
        self.parser.StartElementHandler = self._start
        _feed(self.parser, source)
        self._finish_cell()
        self.budget.check()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        step = self.steps.get(name)
        if step is not None:
            step(attributes)

    def _row(self, _attributes: dict[str, str]) -> None:
        self.facts.rows += 1
        self.budget.check()

    def _cell(self, attributes: dict[str, str]) -> None:
        if self.formula is not None:
            self._finish_cell()
        self.cell = attributes
        self.budget.cells += 1

    def _formula(self, _attributes: dict[str, str]) -> None:
        self.formula, self.inside_formula, self.has_result = "", True, False
        self.parser.CharacterDataHandler = self._text

    def _value(self, _attributes: dict[str, str]) -> None:
        self.budget.filled += 1
        self.inside_formula = False

    def _text(self, text: str) -> None:
        if self.inside_formula:
            self.formula = (self.formula or "") + text
        elif text.strip():
            self.has_result = True

    def _merge(self, attributes: dict[str, str]) -> None:
        self.budget.merges += 1
        self.budget.check()
        self.facts.merges.append(attributes.get("ref", ""))

    def _finish_cell(self) -> None:
        # A formula may well result in no text; a number it must have.
        if self.formula is not None and not self.has_result and self.cell.get("t") != "str":
            self.facts.hollow[self.cell.get("r", "")] = f"={self.formula}"
        self.formula = None
        self.parser.CharacterDataHandler = None
