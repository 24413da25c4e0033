"""Letting the local search index follow at once what has just been published or withdrawn."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flask import current_app

from search import sync
from web.database import current_session
from web.logs import describe

if TYPE_CHECKING:
    from search.engine import SearchEngine

logger = logging.getLogger(__name__)
EXTENSION = "mingquan.index"


def follow() -> None:
    """Bring the index up to date with what is committed.

    The publication stands whatever happens here: the change log keeps what the index has not
    seen, and the next run, wherever it runs, catches up.
    """
    index: SearchEngine | None = current_app.extensions.get(EXTENSION)
    if index is None:
        return
    try:
        sync.follow(current_session(), index)
    except Exception as error:  # noqa: BLE001 - no failure of an index may undo a publication
        logger.error("the search index did not follow: %s", describe(error))  # noqa: TRY400
