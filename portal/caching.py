"""What lets a public page be kept: its version, said as an ETag, and the pages rendered before.

A view that is `versioned` shows nothing but what follows from its version: what is published, the
county's settings, the county's day, the program, the address, and the visitor's language and type
size. The version costs one statement; while a browser's copy has it, nothing else is asked and
nothing is rendered (304). No other view is ever kept: a page of a visitor's own is the default.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache, wraps
from importlib.metadata import distributions
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from flask import current_app, g, request, session as cookie

from portal.addresses import base
from portal.context import current_settings, current_version, today
from portal.rendered import Rendered, RenderedPages
from search.engine import SearchUnavailable
from web import preferences
from web.app import ROOT
from web.database import read_one_state
from web.requests import parameters
from web.security import no_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask, Response

    from domain.versions import Version
    from portal.settings import PortalSettings

View = TypeVar("View", bound=Callable[..., Any])

_MARK = "_mingquan_versioned"
FOR_ALL = "public, max-age=0, must-revalidate"
# Whatever can change how a page looks; what is only tested or measured is not.
_PROGRAM = (
    "domain/**/*.py",
    "portal/**/*.py",
    "search/**/*.py",
    "web/**/*.py",
    "templates/portal/**/*",
    "templates/shared/**/*",
    "static/portal/**/*",
    "static/shared/**/*",
    "translations/**/*.mo",
)


@dataclass(frozen=True)
class Policy:
    """What a view's pages depend on besides what all depend on.

    Attributes:
        for_all: the same for everybody, whatever cookies they send; in the site's own language.
        searched: they come from the search index. What a visitor typed is not kept here.
        also: says in a word what else they show; another word, another page.
    """

    for_all: bool = False
    searched: bool = False
    also: Callable[[], str] = str


class Key(NamedTuple):
    """Everything a page is made from."""

    program: str
    version: Version
    day: Hashable
    language: str
    elder: bool
    generation: str
    base: str
    root: str
    path: str
    query: bytes


def declare_versioned(policy: Policy) -> Callable[[View], View]:
    """A decorator for a view's pages. It stands above the access rule, below the route."""

    def mark(view: View) -> View:
        @wraps(view)
        def answer(**values: Any) -> Any:
            if request.method not in {"GET", "HEAD"}:
                return view(**values)
            return _answer(policy, lambda: view(**values))

        setattr(answer, _MARK, policy)
        return answer  # type: ignore[return-value]

    return mark


versioned = declare_versioned(Policy())
"""An HTML page: in the visitor's language and type size."""
versioned_for_all = declare_versioned(Policy(for_all=True))
"""A feed, a file, data: one for everybody."""
versioned_search = declare_versioned(Policy(searched=True))
"""A page of search results."""
versioned_search_for_all = declare_versioned(Policy(for_all=True, searched=True))
"""Search results for programs: a feed, data."""


def policy_of(view: Callable[..., Any] | None) -> Policy | None:
    """What a view was declared with; None: its pages are never kept."""
    found = getattr(view, _MARK, None)
    return found if isinstance(found, Policy) else None


def init_caching(app: Flask) -> None:
    """Read the program's own version and make room for rendered pages."""
    settings: PortalSettings = app.extensions["mingquan.settings"]
    app.extensions["mingquan.program"] = _running_version(ROOT, repr(settings))
    app.extensions["mingquan.rendered"] = RenderedPages(settings.page_cache_bytes)


def program_version(root: Path, settings: str) -> str:
    """A digest of code, templates, static files, catalogues, packages and settings.

    Args:
        root: the folder of the project.
        settings: what the site was told from outside, in words and without secrets.
    """
    digest = hashlib.blake2b(settings.encode(), digest_size=16)
    files = sorted(path for pattern in _PROGRAM for path in root.glob(pattern) if path.is_file())
    for path in files:
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(hashlib.blake2b(path.read_bytes()).digest())
    for line in sorted(_packages()):
        digest.update(line.encode())
    return digest.hexdigest()


# Of this very process: what is loaded stays what it was, and reading everything takes a while.
_running_version = lru_cache(maxsize=8)(program_version)


def _packages() -> Iterator[str]:
    for package in distributions():
        yield f"{package.name} {package.version}\n"


def _answer(policy: Policy, view: Callable[[], Any]) -> Any:
    if policy.for_all:
        preferences.ignore()
    elif "_flashes" in cookie:
        return view()  # a message for this visitor alone
    read_one_state()
    try:
        key = _key(policy)
    except SearchUnavailable:
        return view()  # it says so
    etag = hashlib.blake2b(repr(key).encode(), digest_size=16).hexdigest()
    asked = request.if_none_match
    # Not for `*`, which asks whether there is a page at all: only the view knows.
    if not asked.star_tag and asked.contains_weak(etag):
        return _tagged(current_app.response_class(status=304), etag, policy)
    pages: RenderedPages = current_app.extensions["mingquan.rendered"]
    if (found := pages.get(key)) is not None:
        kept = current_app.response_class(found.body, headers=list(found.headers))
        return _tagged(kept, etag, policy)
    response = current_app.make_response(view())
    if response.status_code != 200 or "passing" in g:
        return response
    if _is_personal(response):
        current_app.logger.error("%s is versioned and shows something personal", request.endpoint)
        no_store()
        return response
    if _may_keep() and not response.is_streamed:
        pages.put(key, Rendered(list(response.headers), response.get_data()))
    return _tagged(response, etag, policy)


def passing() -> None:
    """Keep nothing of this answer: asked again, the same version may have a better one."""
    g.passing = True


def _key(policy: Policy) -> Key:
    # The version before everything else: what is read after it is at least as new (domain.versions).
    version = current_version()
    searched = current_app.extensions["mingquan.search"].generation() if policy.searched else ""
    return Key(
        program=current_app.extensions["mingquan.program"],
        version=version,
        day=today(),
        language=preferences.language(),
        elder=preferences.elder(),
        generation=searched or policy.also(),
        base=base(),
        root=request.script_root,
        path=request.path,
        query=request.query_string,
    )


def _is_personal(response: Response) -> bool:
    """Whether something of this very visitor got into a page, against its declaration."""
    used, written = "csrf_token" in g, cookie.modified
    if not written:
        cookie.accessed = False  # looking at it here is no reason to vary by it
    return used or written or "Set-Cookie" in response.headers


def _may_keep() -> bool:
    """Whether others may ask for the very page, and may be shown that somebody has.

    Not what a visitor typed: how soon a page comes must not tell what others searched for. Not
    an address with parameters that the view knows nothing of: there are any number of them.
    """
    text = request.args.get("q", "").strip()
    return not parameters().unasked and (not text or text in current_settings().popular)


def _tagged(response: Response, etag: str, policy: Policy) -> Response:
    # Weak: a server in front may compress it.
    response.set_etag(etag, weak=True)
    if policy.for_all:
        response.headers["Cache-Control"] = FOR_ALL
    return response
