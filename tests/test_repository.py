"""House rules that a machine can see."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_every_pin_has_a_hash() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
        pins = [line for line in text.splitlines() if re.match(r"[a-z0-9]", line)]
        assert len(pins) > 10, name
        assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []
