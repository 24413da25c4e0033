"""People who do things at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy.engine import Engine

from domain.db import Session, begin_writing

Act = Callable[[Session, Callable[[], object]], object]


def race(engine: Engine, *acts: Act) -> list[object]:
    """Let several act at the same moment, each in a session of their own that commits.

    An act is called with its session and with a function that waits for the others: to be called
    between looking and doing. On SQLite a writer shuts the others out before it looks, so there
    they start together and wait no more.

    Returns:
        What each act returned, or the exception it failed with.
    """
    on_sqlite = engine.dialect.name == "sqlite"
    together = Barrier(len(acts), timeout=30)

    def run(act: Act) -> object:
        with Session(engine) as session:
            if on_sqlite:
                together.wait()
                begin_writing(session)
            try:
                result = act(session, (lambda: None) if on_sqlite else together.wait)
                session.commit()
            except Exception as error:  # noqa: BLE001 - the test says which it expects
                return error
            return result

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
