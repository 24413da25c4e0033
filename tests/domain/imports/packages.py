"""Workbooks as the zips they are."""

import io
import zipfile


def changed(file: io.BytesIO, **parts: bytes | None) -> io.BytesIO:
    """A copy of a zip with some parts replaced, added or (None) left out; __ stands for a slash."""
    new = {name.replace("__", "/"): data for name, data in parts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in old.namelist():
            if name not in new:
                made.writestr(name, old.read(name))
        for name, data in new.items():
            if data is not None:
                made.writestr(name, data)
    out.seek(0)
    return out


def part(file: io.BytesIO, name: str) -> bytes:
    with zipfile.ZipFile(file) as package_:
        return package_.read(name)
