"""How much memory this process has needed at the most."""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path


def peak() -> int:
    """The high-water mark of resident memory, in KiB."""
    status = Path("/proc/self/status")
    if status.exists():
        # getrusage also counts what the process that started us held when it did.
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
        if found:
            return int(found[1])
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held // 1024 if sys.platform == "darwin" else held
