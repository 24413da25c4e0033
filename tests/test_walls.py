"""Walls that import-linter cannot see, since it looks at modules and not at names."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OPENING = ("decrypt", "unseal", "_open", "_pull")


def opening_names(source: str) -> set[str]:
    """Names in `source` by which PyNaCl, or we, open what is sealed."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.Constant(value=str(name)) if name.isidentifier():
                names.add(name)
            case _:
                pass
    return {name for name in names if any(word in name for word in OPENING)}


@pytest.mark.parametrize(
    "source",
    [
        "SecretBox(key).decrypt(box)",
        "from nacl.bindings import crypto_box_seal_open",
        "bindings.crypto_secretstream_xchacha20poly1305_pull(state, data)",
        "getattr(box, 'decrypt')(data)",
        "def unseal(data): ...",
    ],
)
def test_an_opening_is_seen(source: str) -> None:
    assert opening_names(source)


def test_what_seals_cannot_open() -> None:
    source = (ROOT / "domain" / "sealing.py").read_text(encoding="utf-8")
    assert opening_names(source) == set()
