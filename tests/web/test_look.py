"""The look, measured: contrast of every pair of colours that carries meaning, and no inline styles."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CSS = (ROOT / "static/shared/look.css").read_text(encoding="utf-8")
COLOURS = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", CSS.split("}")[0]))
ELDER = COLOURS | dict(
    re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", CSS.split("html.elder {")[1].split("}")[0])
)
COLOURS |= {"white": "#ffffff", "placeholder": "#6d655b", "mark": "#ffe9a8"}
ELDER = COLOURS | ELDER

TEXT = [
    *(("ink", ground) for ground in ("paper", "sheet", "desk", "seal-wash", "jade-wash", "amber-wash", "blue-wash", "mark", "focus")),
    *(("ink-2", ground) for ground in ("paper", "sheet", "desk", "seal-wash")),
    *(("seal-dark", ground) for ground in ("paper", "sheet", "desk", "seal-wash")),
    *(("seal", ground) for ground in ("paper", "sheet", "desk")),
    ("white", "seal"), ("white", "seal-dark"), ("white", "ink"),
    ("jade", "jade-wash"), ("amber", "amber-wash"), ("amber", "sheet"), ("amber", "desk"),
    ("blue", "blue-wash"), ("blue", "sheet"), ("blue", "desk"),
    ("topline-text", "ink"), ("side-text", "ink"), ("side-heading", "ink"),
    ("quote", "paper"), ("quote", "sheet"), ("placeholder", "sheet"),
]  # fmt: skip
EDGES = [
    ("control", "sheet"),
    ("control", "paper"),
    ("control", "desk"),
    ("jade", "paper"),
    ("focus", "ink"),
]


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("palette", [COLOURS, ELDER], ids=["normal", "elder"])
def test_text_can_be_read(palette: dict[str, str]) -> None:
    weak = {pair: round(contrast(palette[pair[0]], palette[pair[1]]), 2) for pair in TEXT}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("palette", [COLOURS, ELDER], ids=["normal", "elder"])
def test_edges_of_controls_can_be_seen(palette: dict[str, str]) -> None:
    weak = {pair: round(contrast(palette[pair[0]], palette[pair[1]]), 2) for pair in EDGES}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 3} == {}


def test_colours_outside_the_palette_are_known() -> None:
    body = CSS.split("}", 1)[1]
    known = {"#fff", "#000", "#fffdf9", "#fffefb", "#efe9dd", "#2d2925", "#6d655b", "#ffe9a8"}
    assert (
        set(re.findall(r"(?<=[ (])#[0-9a-f]{3,6}\b", body))
        - {*COLOURS.values(), *ELDER.values()}
        - known
        == set()
    )


def test_no_template_styles_or_scripts_inline() -> None:
    found = []
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:|<script(?![^>]*\ssrc=)", text):
            found.append(str(path.relative_to(ROOT)))
    assert found == []


def test_nothing_is_fetched_from_elsewhere() -> None:
    icons = (ROOT / "static/shared/icons.svg").read_text(encoding="utf-8")
    assert "url(" not in CSS
    assert "@import" not in CSS
    assert [first for first, _ in pairwise(re.findall(r"https?://[^\"]+", icons))] == []


def test_icons_used_in_templates_exist() -> None:
    icons = set(re.findall(r'id="([a-z0-9-]+)"', (ROOT / "static/shared/icons.svg").read_text()))
    used = {
        name
        for path in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'\bicon\("([a-z0-9-]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(icons) > 30
    assert used - icons == set()
