"""How much memory this process has needed at the most."""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path


def peak(process: int | None = None) -> int:
    """The high-water mark of resident memory, in KiB; 0 for another process that is unknown here."""
    status = Path(f"/proc/{process or 'self'}/status")
    if status.exists():
        # getrusage also counts what the process that started us held when it did.
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
        if found:
            return int(found[1])
    if process:
        return 0
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held // 1024 if sys.platform == "darwin" else held
