"""Logs that an operator can use and that say nothing about a visitor.

Promise 3 of docs: no address, agent, referrer, query string or typed value is ever logged. An
exception's message may quote any of them (a database error quotes its parameters), so only its type
and the places in our own files are written.
"""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINE = "%(asctime)s [%(process)d] %(levelname)s %(name)s: %(message)s"
# These name the visitor's address or the full address of the page at lower levels.
TALKATIVE = ("werkzeug", "flask-limiter", "flask_wtf.csrf", "urllib3", "sqlalchemy", "bleach")


def describe(error: BaseException | None) -> str:
    """An exception without its message: types, causes first named last, and where in our code."""
    parts: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        kind = type(error)
        places = " < ".join(_our_frames(error)) or "outside our code"
        parts.append(f"{kind.__module__}.{kind.__qualname__} at {places}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "; from ".join(parts)


def _our_frames(error: BaseException) -> list[str]:
    """Innermost first: file:line function."""
    frames = []
    for frame in reversed(traceback.extract_tb(error.__traceback__, limit=-60)):
        path = Path(frame.filename)
        if path.is_relative_to(ROOT) and "site-packages" not in path.parts:
            frames.append(f"{path.relative_to(ROOT)}:{frame.lineno} {frame.name}")
    return frames


class ScrubbingFormatter(logging.Formatter):
    """Writes an exception as `describe` puts it, never its message or the values around it."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; line ends inside a message cannot forge another."""
        copy = logging.makeLogRecord(record.__dict__)
        copy.exc_text = None
        copy.stack_info = None
        error = record.exc_info[1] if record.exc_info else None
        copy.exc_info = None
        line = super().format(copy)
        if error is not None:
            line = f"{line} | {describe(error)}"
        return line.replace("\r", " ").replace("\n", " ")


class _OurHandler(logging.Handler):
    """Writes to whatever standard error is at the time; known by its class, installed once."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(ScrubbingFormatter(LINE))

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        try:
            sys.stderr.write(self.format(record) + "\n")
        except ValueError:
            return  # standard error is closed: nobody is left to tell


def set_up_logging(level: str = "INFO") -> None:
    """Send what the program logs to standard error, scrubbed. Calling it again changes the level."""
    root = logging.getLogger()
    if not any(isinstance(handler, _OurHandler) for handler in root.handlers):
        root.addHandler(_OurHandler())
    root.setLevel(level)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
