"""Labels, and the sentences in which a rule refuses."""

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import domain
from domain.errors import Refused
from domain.labels import Labelled
from domain.officials import ManagedBy
from domain.powers import PowerEdition, PowerItem, ProcessStep
from domain.reports import TakenHigher

for _module in pkgutil.walk_packages(domain.__path__, "domain."):
    importlib.import_module(_module.name)
ENUMERATIONS = Labelled.__subclasses__()
# Long enough for every enumeration's column (`domain.db`).
COLUMN = 32


def shout(text: str) -> str:
    """A stand-in for a catalogue: every text it translates can be told."""
    return f"<{text}>"


@pytest.mark.parametrize("enumeration", ENUMERATIONS, ids=lambda e: e.__name__)
def test_members_have_values_that_fit_and_labels_of_their_own(
    enumeration: type[Labelled],
) -> None:
    members = list(enumeration)
    assert len({m.label for m in members}) == len(members) == len(enumeration.__members__)
    assert all(0 < len(m.value) <= COLUMN and m.label for m in members)
    assert [enumeration.parse(m.value) for m in members] == members
    assert [enumeration.from_label(m.label) for m in members] == members
    assert enumeration.parse("?") is enumeration.parse(None) is enumeration.from_label("?") is None


def test_a_refusal_without_parameters_is_left_as_it_is() -> None:
    assert str(Refused("满 100%")) == "满 100%"
    assert Refused("满 100%").say(shout) == "<满 100%>"


def test_labels_and_refusals_within_a_refusal_are_translated_and_plain_words_are_not() -> None:
    inner = [Refused("缺%(what)s", what="甲"), Refused("缺乙")]
    refused = Refused(
        "%(who)s是%(level)s：%(faults)s", who="某", level=ManagedBy.CITY, faults=inner
    )
    assert str(refused) == "某是市管：缺甲；缺乙"
    assert refused.say(shout) == "<某是<市管>：<缺甲><；><缺乙>>"


def test_a_refusal_may_be_put_into_another() -> None:
    assert str(Refused("不行：%(why)s", why=TakenHigher(ManagedBy.CITY))) == (
        "不行：您反映的人由上级管理（市管），本县不能接收"
    )


def test_every_missing_part_of_a_power_is_a_sentence_of_its_own() -> None:
    edition = PowerEdition()
    assert [str(fault) for fault in edition.faults] == ["清单里还没有权力事项"]
    step = ProcessStep(number=1, name="申报")
    edition.items = [
        PowerItem(number=1, name=" "),
        PowerItem(
            number=2,
            name="审批",
            plain="能不能建。",
            source="授权",
            responsibility="　",
            steps=[step],
        ),
        PowerItem(number=3, name="拨款"),
        PowerItem(
            number=4, name="任免", source="一", responsibility="二", steps=[ProcessStep(name="")]
        ),
    ]
    assert [fault.say(str) for fault in edition.faults] == [
        "第 1 项缺少名称",
        "第 2 项“审批”缺少权力责任",
        "第 3 项“拨款”缺少群众能看懂的一句话",
        "第 3 项“拨款”缺少权力来源",
        "第 3 项“拨款”缺少权力责任",
        "第 3 项“拨款”缺少运行流程",
        "第 4 项“任免”缺少群众能看懂的一句话",
        "第 4 项“任免”缺少运行流程",
    ]


# Words that are compared or printed on files as they are, not said to a reader.
DATA = {
    "asked.py",
    "clashes.py",
    "clues.py",
    "forms.py",
    "meaning.py",
    "periods.py",
    "personal_data.py",
    "routing.py",
    "settings.py",
    "template.py",
    "wording.py",
    "words.py",
}


def _unmarked(source: str) -> set[str]:
    """Chinese literals that no marker takes to the translation catalogue, docstrings apart."""
    tree = ast.parse(source)
    marked: set[ast.AST] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="Refused" | "N_"), args=[first, *_]):
                marked.add(first)
            case ast.Expr(value=ast.Constant() as docstring):
                marked.add(docstring)
            case _:
                pass
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        # One character alone is compared, not said.
        and re.search("[\u4e00-\u9fff].*[\u4e00-\u9fff]", node.value, re.DOTALL)
        and node not in marked
    }


def test_an_unmarked_text_is_seen() -> None:
    source = "def f():\n    '文字'\n    g(N_('甲乙'), '丙丁', Refused('戊己', a='庚辛'), '壬')"
    assert _unmarked(source) == {"丙丁", "庚辛"}


@pytest.mark.parametrize(
    "path",
    [path for path in Path(domain.__file__).parent.rglob("*.py") if path.name not in DATA],
    ids=lambda path: path.name,
)
def test_every_text_for_a_reader_is_marked_for_translation(path: Path) -> None:
    assert _unmarked(path.read_text(encoding="utf-8")) == set()
