"""Limits on how often one visitor may ask, without knowing who the visitor is.

A visitor is a keyed hash of the address. The key lives in memory only and is replaced every day by
its own hash, so yesterday's hashes cannot be made again, by us or by whoever takes the machine.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Any, TypeVar

from flask import current_app, request
from flask_limiter import Limiter

if TYPE_CHECKING:
    from flask import Flask

    from web.settings import Settings

logger = logging.getLogger(__name__)
_MARK = "_mingquan_limits"
_DAY = 86_400
View = TypeVar("View", bound=Callable[..., Any])


class DailyKey:
    """A key that turns into its own hash at each new day (UTC) and cannot be turned back.

    Workers forked from one parent start with the same key and so keep agreeing.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._day = int(clock() // _DAY)
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()

    def current(self) -> bytes:
        """Today's key."""
        today = int(self._clock() // _DAY)
        with self._lock:
            while self._day < today:
                self._key = hashlib.blake2b(self._key, digest_size=32).digest()
                self._day += 1
            return self._key

    def hash(self, address: str) -> str:
        """The visitor at this address, today. All of an IPv6 /64 network is one visitor."""
        network = _network(address)
        return hashlib.blake2b(network.encode(), key=self.current(), digest_size=16).hexdigest()


# Made when this module is first imported, which web.server does before it forks.
VISITOR_KEY = DailyKey()


def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return parsed.exploded[:19]
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def visitor() -> str:
    """The keyed hash of who is asking."""
    return VISITOR_KEY.hash(request.remote_addr or "unknown")


def limited(
    limit: str | Callable[[], str], *, methods: Sequence[str] = ("POST",), **options: Any
) -> Callable[[View], View]:
    """Declare how often one visitor may call a view.

    Args:
        limit: such as "5 per hour", or a function that reads it from the settings.
        methods: the methods that count.
        options: passed to Flask-Limiter; `deduct_when=lambda response: ...` counts only some
            answers, say failed attempts, and `key_func` counts by something else.
    """

    def mark(view: View) -> View:
        found = [*getattr(view, _MARK, ()), (limit, tuple(methods), options)]
        setattr(view, _MARK, tuple(found))
        return view

    return mark


def init_ratelimit(app: Flask, settings: Settings) -> Limiter:
    """Enforce the limits the app's views declare. Call it after the blueprints are registered."""
    redis = settings.ratelimit_storage != "memory://"
    limiter = Limiter(
        visitor,
        storage_uri=settings.ratelimit_storage,
        storage_options={"socket_connect_timeout": 0.5, "socket_timeout": 0.5} if redis else {},  # type: ignore[dict-item]
        # A counter that is down must neither open the doors wide nor close them.
        in_memory_fallback_enabled=redis,
        swallow_errors=True,
        key_prefix=f"mingquan-{settings.site}",
        strategy="moving-window",
        enabled=settings.ratelimit_enabled,
    )
    limiter.init_app(app)
    for endpoint, declared in list(app.view_functions.items()):
        view: Any = declared
        for limit, methods, options in getattr(declared, _MARK, ()):
            decorate: Any = limiter.limit(limit, methods=list(methods), **options)
            view = decorate(view)
        app.view_functions[endpoint] = view
    if settings.trusted_proxies == 0:
        _warn_of_proxies(app)
    app.extensions["mingquan.limiter"] = limiter
    return limiter


def _warn_of_proxies(app: Flask) -> None:
    warned = threading.Event()

    @app.before_request
    def warn_once() -> None:
        if "X-Forwarded-For" in request.headers and not warned.is_set():
            warned.set()
            logger.warning(
                "a proxy stands in front but MINGQUAN_TRUSTED_PROXIES is 0: "
                "all its visitors share one rate limit"
            )


def seconds_to_wait() -> int:
    """How long the visitor who was just refused should wait, at least one second."""
    limiter: Limiter | None = current_app.extensions.get("mingquan.limiter")
    broken = limiter.current_limit if limiter else None
    return max(1, int(broken.reset_at - time.time())) if broken else 60
