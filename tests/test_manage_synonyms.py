"""`manage.py synonyms`, and what `migrate` brings along."""

from __future__ import annotations

from domain import synonyms
from tests.fixtures.installation import Installation


def test_the_file_comes_with_the_tables_and_others_can_be_loaded(here: Installation) -> None:
    here.ok("migrate")
    exported = here.ok("synonyms", "export")
    entries = synonyms.read(synonyms.FILE.read_text(encoding="utf-8"))
    assert synonyms.read(exported) == entries
    assert "新增 0 条，更新 0 条" in here.ok("synonyms", "load")
    own = here.var / "own.txt"
    own.write_text("# 本县\n走夜路：路灯\n修路：道路\n", encoding="utf-8")
    assert "新增 1 条，更新 1 条" in here.ok("synonyms", "load", str(own))
    assert "走夜路：路灯" in here.ok("synonyms", "export").splitlines()
    own.write_text("修路", encoding="utf-8")
    assert "第 1 行" in here.refused("synonyms", "load", str(own))
    own.write_bytes("修路：道路".encode("gb18030"))
    assert "UTF-8" in here.refused("synonyms", "load", str(own))
