"""Requests whose text is already clean, whoever reads it."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, cast

import flask
from flask import abort
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import IntegerConverter
from werkzeug.utils import cached_property

from web.spool import EncryptedSpool
from web.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.routing import Map


def _cleaned(items: Iterable[tuple[str, str]]) -> Parameters:
    return Parameters((clean_text(key), clean_text(value)) for key, value in items)


class Parameters(ImmutableMultiDict[str, str]):
    """Fields or a query string that know which of their names somebody has asked for.

    Going through all of them, as a link does that keeps them, asks for none.
    """

    def __init__(self, items: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(items)
        self._asked: set[str] = set()

    @property
    def unasked(self) -> set[str]:
        """The names that nobody has asked for."""
        return {*self} - self._asked

    def ask_for_all(self) -> None:
        """Ask for every name: for who reads the address some other way, and knows them all."""
        self._asked.update(self)

    def __getitem__(self, key: str) -> str:
        self._asked.add(key)
        return super().__getitem__(key)

    def getlist(self, key: str, type: Any = None) -> list[Any]:  # noqa: A002 - werkzeug's own name
        """All values of a name."""
        self._asked.add(key)
        return super().getlist(key, type)


class Request(flask.Request):
    """A request without NUL and control characters in fields, query, or file names.

    PostgreSQL refuses NUL in text and an index chokes on lone surrogates; cleaning them here,
    once, means that no view has to think of them.
    """

    @cached_property
    def args(self) -> Parameters:
        """The query string."""
        return _cleaned(super().args.items(multi=True))

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """Where an upload waits: never in plain text on disk."""
        del total_content_length, content_type, filename, content_length
        return EncryptedSpool()  # type: ignore[return-value]

    def _load_form_data(self) -> None:
        if "form" in self.__dict__:
            return
        if self.mimetype != "multipart/form-data":
            # Only uploads are parsed as they come; any other body is read whole, so it is kept small.
            limits = (self.max_content_length, self.max_form_memory_size)
            self.max_content_length = min((n for n in limits if n is not None), default=None)
        super()._load_form_data()
        self.__dict__["form"] = _cleaned(self.form.items(multi=True))
        for upload in (file for _, file in self.files.items(multi=True)):
            upload.filename = clean_text(upload.filename or "")


class IdConverter(IntegerConverter):
    """``<id:number>``: the number of a row. One that no row can have is an unknown address."""

    def __init__(self, map: Map) -> None:  # noqa: A002 - werkzeug's own name
        super().__init__(map, min=1, max=2**31 - 1)


def parameters() -> Parameters:
    """The query string of the request at hand."""
    return cast("Request", flask.request).args


def refuse_odd_paths() -> None:
    """Answer 404 for an address with control characters in it: no page of ours has any."""
    path = flask.request.path
    if clean_text(path) != path:
        abort(404)
