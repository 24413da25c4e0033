"""A workbook of a given size, as a large county might hand in: the input of `benchmarks.imports`."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from domain.disclosures import Leaf
from domain.imports import template
from domain.powers import NegativeArea, PowerKind, Risk

if TYPE_CHECKING:
    from typing import BinaryIO

_WORDS = "统筹安排审核确定资金项目分配监督检查年度计划农村公路养护教育卫生救助工程招标采购人事任免"
_ITEMS_PER_POST = 15


def rows(number: int, seed: int = 1) -> dict[str, list[Mapping[str, Any]]]:
    """Rows for all forms, ``number`` of them together: mostly powers, then disclosures."""
    chance = random.Random(seed)
    posts = max(1, number // (2 * _ITEMS_PER_POST))
    units = max(1, posts // 4)
    made: dict[str, list[Mapping[str, Any]]] = {
        "units": [_unit(n) for n in range(units)],
        "officials": [_official(n, n % units) for n in range(posts)],
        "powers": [],
        "negatives": [_negative(n, n % units) for n in range(posts)],
        "disclosures": [],
    }
    powers = number * 3 // 5
    made["powers"] = [_power(n * posts // powers, n, units, chance) for n in range(powers)]
    left = number - sum(len(part) for part in made.values())
    made["disclosures"] = [_disclosure(n, n % units, chance) for n in range(left)]
    return made


def write(out: BinaryIO, number: int) -> None:
    """Write a workbook of so many rows."""
    template.write(out, rows(number))


def _text(chance: random.Random, length: int) -> str:
    return "".join(chance.choices(_WORDS, k=length))


def _unit(n: int) -> dict[str, Any]:
    return {
        "code": f"B{n:04}",
        "name": f"云岭县第{n}局",
        "kind": "县直部门",
        "duty": "负责有关工作。",
    }


def _title(n: int) -> str:
    return f"第{n}职务"


def _official(n: int, unit: int) -> dict[str, Any]:
    return {
        "unit": f"B{unit:04}",
        "post": _title(n),
        "is_head": "是",
        "name": "某某",
        "code": f"G{n:05}",
        "started_on": date(2024, 3, 1) + timedelta(days=n % 300),
    }


def _power(post: int, n: int, units: int, chance: random.Random) -> dict[str, Any]:
    return {
        "unit": f"B{post % units:04}",
        "post": _title(post),
        "name": f"{_text(chance, 12)}{n}",
        "kind": chance.choice(list(PowerKind)).label,
        "plain": _text(chance, 30),
        "source": _text(chance, 40),
        "responsibility": _text(chance, 40),
        "steps": "\n".join(
            f"{_text(chance, 8)}｜{_text(chance, 4)}｜15 个工作日｜结果" for _ in range(4)
        ),
        "risk": chance.choice(list(Risk)).label,
        "controls": _text(chance, 30),
    }


def _negative(n: int, unit: int) -> dict[str, Any]:
    area = list(NegativeArea)[n % len(NegativeArea)]
    text = f"不得直接分管{area.label}"
    return {"unit": f"B{unit:04}", "post": _title(n), "area": area.label, "text": text}


def _disclosure(n: int, unit: int, chance: random.Random) -> dict[str, Any]:
    return {
        "unit": f"B{unit:04}",
        "leaf": chance.choice(list(Leaf)).label,
        "period": f"{2020 + n % 7}年第三季度",
        "title": f"{_text(chance, 16)}{n}",
        "body": _text(chance, 300),
        "dated_on": date(2026, 9, 30),
    }
