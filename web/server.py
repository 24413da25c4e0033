"""gunicorn's settings: `gunicorn -c python:web.server portal.wsgi:app --bind 127.0.0.1:8000`."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from web import ratelimit
from web.logs import LINE, ScrubbingFormatter, describe

# Imported before gunicorn forks, so that all workers know a visitor by the same hash.
_SHARED_KEY = ratelimit.VISITOR_KEY


class ScrubbedLogger(Logger):
    """gunicorn's log without the addresses of visitors or pages, and no access log at all."""

    def setup(self, cfg: Any) -> None:
        """Replace the formatters; keep below debug, where gunicorn quotes what it received."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(ScrubbingFormatter(LINE))
        self.error_log.setLevel(max(self.error_log.level, logging.INFO))

    def access(self, *_args: Any, **_kwargs: Any) -> None:
        """Write nothing."""

    def warning(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Warn; a malformed request is counted without saying whose it was or what it held."""
        if str(msg).startswith("Invalid request"):
            self.error_log.warning("invalid request refused")
        else:
            super().warning(msg, *args, **kwargs)

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Log that something failed and where in our code, not with which request."""
        self.error_log.error("server: request failed, %s", describe(sys.exc_info()[1]))


logger_class = ScrubbedLogger
worker_class = "gthread"
workers = int(os.environ.get("MINGQUAN_WORKERS", "1"))
threads = int(os.environ.get("MINGQUAN_THREADS", "8"))
accesslog = None
errorlog = "-"
loglevel = "info"
timeout = 60
graceful_timeout = 30
keepalive = 5
# A worker is replaced now and then, at a random moment, so that no leak grows for months.
max_requests = 20_000
max_requests_jitter = 2_000
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir()  # noqa: S108
control_socket_disable = True
limit_request_line = 8_190
forwarded_allow_ips = os.environ.get("MINGQUAN_PROXY_ADDRESSES", "127.0.0.1,::1")
