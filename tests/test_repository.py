"""House rules that a machine can see."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
# Written in two halves, so that this file does not break the rules it states.
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME)\b")
MACHINE = re.compile(r"(?<![\w.~-])/(work|root|home|Users)/" + r"\w")
REGISTRY = re.compile(
    r"pypi\." + r"org|python" + r"hosted|^\s*--(extra-)?index-url|^\s*--find-links"
)
CATCH_ALL = {"utils", "util", "helpers", "helper", "misc", "common", "stuff"}


def _ours() -> list[Path]:
    """Every file that is, or would be, committed."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode:
        pytest.skip("not a git work tree")
    paths = {ROOT / name for name in listing.stdout.split("\0") if name}
    return sorted(path for path in paths if path.is_file())


def _named(*suffixes: str) -> list[Path]:
    return [path for path in _ours() if path.suffix in suffixes]


def _found(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """Say where `pattern` occurs, as file:line: text; files that are not text are passed over."""
    places = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if pattern.search(line):
                places.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}")
    return places


def _pins(name: str) -> dict[str, str]:
    """The pinned lines of a requirements file by package, hashes included."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and line[0] not in "# "]
    return {re.split(r"[=\[ ]", line)[0]: line for line in lines}


def _asked_for(name: str) -> list[str]:
    """The packages that a requirements*.in names, in pip's spelling."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith(("#", "-r"))]
    return [re.sub(r"[-_.]+", "-", line.partition("[")[0]).lower() for line in wanted]


def test_python_files_stay_short() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in _named(".py")
        if "migrations" not in path.parts
    }
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_no_module_is_a_catch_all() -> None:
    code = [path.relative_to(ROOT) for path in _named(".py", ".html", ".js", ".css")]
    assert [str(p) for p in code if CATCH_ALL & {p.stem, *p.parts[:-1]}] == []


def test_nothing_is_marked_as_unfinished() -> None:
    assert _found(UNFINISHED, _ours()) == []


def test_nothing_names_one_machine_or_a_package_registry() -> None:
    assert _found(MACHINE, _ours()) == []
    assert _found(REGISTRY, _ours()) == []


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_pin_is_exact_and_has_hashes(name: str) -> None:
    pins = _pins(name)
    assert len(pins) > 20
    assert [p for p in pins.values() if "==" not in p or "--hash=sha256:" not in p] == []


def test_everything_asked_for_is_pinned_once_for_both() -> None:
    runtime, development = (_pins(name) for name in REQUIREMENTS)
    assert set(_asked_for("requirements.in")) - set(runtime) == set()
    assert set(_asked_for("requirements-dev.in")) - set(development) == set()
    assert {name for name, pin in runtime.items() if development.get(name) != pin} == set()


def test_every_package_asked_for_has_its_reason() -> None:
    reasons = (ROOT / "docs/decisions/0002-packages.md").read_text(encoding="utf-8").lower()
    asked = _asked_for("requirements.in") + _asked_for("requirements-dev.in")
    assert [name for name in asked if f"| {name} |" not in reasons] == []


def test_make_explains_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    explained = re.findall(r"^([a-z]+):.*## .+$", makefile, re.MULTILINE)
    assert sorted(explained) == sorted(phony[1].split())


def test_scripts_may_be_run_and_parse() -> None:
    for name in (".ci/run", ".ci/browser"):
        assert (ROOT / name).stat().st_mode & 0o111, name
        subprocess.run(["bash", "-n", ROOT / name], check=True)
