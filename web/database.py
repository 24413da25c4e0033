"""One engine for each app, one session for each request that asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, g, has_request_context, request

from domain.db import Session, begin_reading, begin_writing, make_engine

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def init_database(app: Flask, url: str, engine: Engine | None = None) -> None:
    """Give the app its engine and close each request's session."""
    if engine is None:
        engine = make_engine(url)
    app.extensions["mingquan.engine"] = engine
    app.teardown_appcontext(_close)


def engine_of(app: Flask) -> Engine:
    """The app's engine."""
    engine: Engine = app.extensions["mingquan.engine"]
    return engine


def current_session() -> Session:
    """The session of this request, opened on first use.

    A request that may write starts as a writer, so that two writers wait for each other instead
    of failing half way. Whatever the view has not committed is rolled back.
    """
    session: Session | None = g.get("db_session")
    if session is None:
        session = g.db_session = Session(engine_of(current_app._get_current_object()))  # type: ignore[attr-defined]  # noqa: SLF001
        if has_request_context() and request.method not in _READING:
            begin_writing(session)
    return session


def read_one_state() -> None:
    """Let everything this request reads from now on show one state of the database.

    For views that only read; without effect once the request has asked for something.
    """
    session = current_session()
    if not session.in_transaction():
        begin_reading(session)


def _close(_error: BaseException | None = None) -> None:
    session: Session | None = g.pop("db_session", None)
    if session is not None:
        session.close()
