"""Bad files: a sentence in Chinese for each, never a traceback."""

import contextlib
import io
import re
import zipfile

import pytest
from hypothesis import given, settings, strategies as st

from domain.errors import Refused
from domain.imports import package, sheets
from domain.imports.package import Limits
from domain.imports.problems import Findings
from tests.domain.imports.packages import changed, part
from tests.domain.imports.rows import FILLED
from tests.domain.imports.workbooks import POWER_CELLS, book, filled, powers

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def with_shared_strings(file: io.BytesIO) -> io.BytesIO:
    """The workbook as Excel itself writes it: texts in a table of their own, some with readings."""
    texts: list[str] = []

    def share(match: re.Match[str]) -> str:
        texts.append(match[2])
        return f'{match[1]} t="s"><v>{len(texts) - 1}</v></c>'

    sheet = part(file, "xl/worksheets/sheet1.xml").decode()
    sheet = re.sub(r'(<c [^>]*?) t="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>', share, sheet)
    items = "".join(
        f'<si><r><t>{t[:2]}</t></r><r><t xml:space="preserve">{t[2:]}</t></r>'
        '<rPh sb="0" eb="1"><t>reading</t></rPh></si>'
        for t in texts
    )
    table = f'<sst xmlns="{MAIN}">{items}</sst>'
    types = part(file, "[Content_Types].xml").replace(
        b"</Types>",
        b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.'
        b'openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
    )
    return changed(
        file,
        **{
            "xl/worksheets/sheet1.xml": sheet.encode(),
            "xl/sharedStrings.xml": table.encode(),
            "[Content_Types].xml": types,
        },
    )


def test_texts_of_a_workbook_from_excel() -> None:
    file = with_shared_strings(powers(POWER_CELLS))
    assert b"inlineStr" not in part(file, "xl/worksheets/sheet1.xml")
    rows = sheets.read(file, Findings(), lambda _done, _total: None)["powers"]
    assert [row.text("unit") for row in rows] == ["交通运输局"]


def entity_bomb() -> bytes:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    return f'<!DOCTYPE x [<!ENTITY a0 "a">{lines}]><x>&a8;</x>'.encode()


def bad_files() -> dict[str, tuple[io.BytesIO, str]]:
    good = powers(POWER_CELLS)
    sheet = part(good, "xl/worksheets/sheet1.xml")
    types = part(good, "[Content_Types].xml")
    shared = with_shared_strings(good)
    wrong = part(shared, "xl/worksheets/sheet1.xml").replace(b"<v>0<", b"<v>9999<")
    macro = types.replace(b"spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main")
    strict = part(good, "xl/workbook.xml").replace(
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    external = b'<!DOCTYPE x SYSTEM "file:///etc/hostname"><x/>'
    return {
        "empty": (io.BytesIO(), "文件是空的"),
        "text": (io.BytesIO("单位,职务".encode()), "不是 .xlsx"),
        "old": (io.BytesIO(OLE + b"\0" * 600), "旧格式"),
        "encrypted": (
            io.BytesIO(OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")),
            "打开密码",
        ),
        "half": (io.BytesIO(good.getvalue()[:1500]), "损坏"),
        "zip": (changed(good, **{"[Content_Types].xml": None}), "不是 .xlsx"),
        "macro": (changed(good, xl__vbaProject__bin=b"x", **{"[Content_Types].xml": macro}), "宏"),
        "vba": (changed(good, **{"xl/vbaProject.bin": b"x"}), "宏"),
        "binary": (changed(good, **{"xl/workbook.bin": b"x"}), "二进制"),
        "strict": (changed(good, **{"xl/workbook.xml": strict}), "Strict"),
        "entities": (changed(good, **{"xl/sharedStrings.xml": entity_bomb()}), "DTD"),
        "external": (changed(good, **{"docProps/core.xml": external}), "DTD"),
        "utf-16": (
            changed(good, **{"docProps/core.xml": entity_bomb().decode().encode("utf-16")}),
            "DTD",
        ),
        "cut xml": (changed(good, **{"xl/worksheets/sheet1.xml": sheet[:300]}), "损坏"),
        "no workbook": (changed(good, **{"xl/workbook.xml": None}), "损坏"),
        "wrong string": (
            changed(shared, **{"xl/worksheets/sheet1.xml": wrong}),
            "损坏",
        ),
    }


@pytest.mark.parametrize("name", sorted(bad_files()))
def test_a_bad_file_gets_its_sentence(name: str) -> None:
    file, reason = bad_files()[name]
    with pytest.raises(Refused) as refused:
        sheets.read(file, Findings(), lambda _done, _total: None)
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(file=1000), "最大 0 MB"),
        (Limits(unpacked=1000), "解压后太大"),
        (Limits(parts=3), "解压后太大"),
        (Limits(filled_cells=10), "单元格太多"),
        (Limits(all_cells=10), "单元格太多"),
    ],
)
def test_what_is_too_big_is_not_read(limits: Limits, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        package.examine(powers(POWER_CELLS), limits)


def test_too_many_merged_cells() -> None:
    file = book({"权力清单": [POWER_CELLS]}, lambda made: made.worksheets[0].merge_cells("A1:B1"))
    assert package.examine(file)["权力清单"].merges == ["A1:B1"]
    with pytest.raises(Refused, match="单元格太多"):
        package.examine(file, Limits(merges=0))


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = changed(powers(POWER_CELLS), **{"xl/media/x.bin": b"\0" * (201 * 1024 * 1024)})
    assert len(bomb.getvalue()) < 1024 * 1024
    with pytest.raises(Refused, match="解压后太大"):
        package.examine(bomb)


def test_a_zip_with_a_password() -> None:
    data = bytearray(powers(POWER_CELLS).getvalue())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    with pytest.raises(Refused, match="打开密码"):
        package.examine(io.BytesIO(bytes(data)))


GOOD = with_shared_strings(filled(**FILLED)).getvalue()
PARTS = {
    name: part(io.BytesIO(GOOD), name) for name in zipfile.ZipFile(io.BytesIO(GOOD)).namelist()
}


def read(data: bytes) -> None:
    # Only a refusal may come out; anything else fails the test by itself.
    with contextlib.suppress(Refused):
        sheets.read(io.BytesIO(data), Findings(), lambda _done, _total: None)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1))
def test_a_damaged_file_is_refused_or_read(damage: list[tuple[int, int]]) -> None:
    damaged = bytearray(GOOD)
    for at, byte in damage:
        damaged[at] = byte
    read(bytes(damaged))


@settings(max_examples=100)
@given(
    st.sampled_from(sorted(PARTS)), st.integers(0, 10**6), st.integers(0, 40), st.binary(max_size=9)
)
def test_a_file_damaged_inside_is_refused_or_read(name: str, at: int, cut: int, put: bytes) -> None:
    whole = PARTS[name]
    at %= len(whole)
    damaged = whole[:at] + put + whole[at + cut :]
    read(changed(io.BytesIO(GOOD), **{name: damaged}).getvalue())
