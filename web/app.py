"""The factory of both sites."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, abort, request, send_from_directory, url_for
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from web import preferences
from web.catalogue import install_catalogue
from web.database import init_database
from web.errors import init_errors
from web.flow import install_flow
from web.glossary import install_glossary
from web.logs import describe, set_up_logging
from web.navigation import NavGroup, return_address
from web.paging import link_with
from web.ratelimit import init_ratelimit
from web.requests import IdConverter, Request, refuse_odd_paths
from web.security import OPEN, declare, init_security, require_declarations
from web.text import install_filters
from web.tongue import install_tongue

if TYPE_CHECKING:
    from types import TracebackType

    from flask import Response
    from sqlalchemy import Engine

    from web.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
HTML_LANGUAGES = {"zh": "zh-CN", "en": "en"}
_ASSET_SECONDS = 365 * 86_400

Navigation = Callable[[], Sequence[NavGroup]]


def _nothing() -> Sequence[NavGroup]:
    return ()


class Site(Flask):
    """A Flask app whose logs name no visitor and whose static files are only its own."""

    request_class = Request

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> None:
        """Log the view and the kind of failure; the message and the values stay out."""
        self.logger.error("%s failed in %s", request.endpoint or "no view", describe(exc_info[1]))

    def send_static_file(self, filename: str) -> Response:
        """A file of this site or of both; the other site's are not served."""
        site = self.config["SITE"]
        if filename.partition("/")[0] not in {"shared", site}:
            abort(404)
        # An address with a version never changes its content.
        age = _ASSET_SECONDS if "v" in request.args else 300
        response = send_from_directory(str(self.static_folder), filename, max_age=age)
        response.cache_control.public = True
        return response


def create_app(
    package: str,
    settings: Settings,
    *,
    blueprints: Iterable[Blueprint] = (),
    navigation: Navigation = _nothing,
    footer: Navigation = _nothing,
    store: bool = True,
    engine: Engine | None = None,
) -> Site:
    """Build one site.

    Args:
        package: the import name of the site's package.
        settings: what it was told from outside.
        blueprints: its pages; every view must carry an access rule.
        navigation: gives the groups of links of the layout, for whoever is asking.
        footer: gives the links at the foot of each page.
        store: False (the internal site) forbids browsers and caches to keep any page.
        engine: the database, if the caller already has one.

    Raises:
        RuntimeError: a view has no access rule.
    """
    app = Site(
        package,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        static_url_path="/static",
    )
    app.url_map.converters["id"] = IdConverter
    set_up_logging(settings.log_level)
    _configure(app, settings)
    init_security(app, settings, store=store)
    app.before_request(refuse_odd_paths)
    _init_language(app, settings)
    Bootstrap5(app)
    CSRFProtect(app)
    init_errors(app)
    init_database(app, settings.database_url, engine)
    install_filters(app)
    install_flow(app)
    install_glossary(app)
    install_tongue(app)
    _init_templates(app, settings, navigation, footer)
    for blueprint in (preferences.blueprint, *blueprints):
        app.register_blueprint(blueprint)
    for endpoint in ("static", "bootstrap.static"):
        app.view_functions[endpoint] = _opened(app.view_functions[endpoint])
    init_ratelimit(app, settings)
    require_declarations(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _opened(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view of a package of others, declared open."""

    def static(**values: Any) -> Any:
        return view(**values)

    return declare(OPEN)(static)


def _configure(app: Site, settings: Settings) -> None:
    app.extensions["mingquan.settings"] = settings
    app.config.from_mapping(
        SITE=settings.site,
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME=f"{settings.site}_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.https,
        # Links from a mail or a chat open the public site with its session; not the internal one.
        SESSION_COOKIE_SAMESITE="Lax" if settings.site == "portal" else "Strict",
        MAX_CONTENT_LENGTH=settings.max_request_bytes,
        MAX_FORM_MEMORY_SIZE=settings.max_form_bytes,
        MAX_FORM_PARTS=1000,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        PREFERRED_URL_SCHEME="https" if settings.https else "http",
        BOOTSTRAP_SERVE_LOCAL=True,
        # Pages carry no referrer, so it cannot be asked for; and a form left open for hours
        # must still go through: its token lives as long as the browser's session.
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=86_400,
        TEMPLATES_AUTO_RELOAD=False,
    )


def _init_language(app: Site, settings: Settings) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "translations")
    babel = Babel(
        app,
        default_locale=LOCALES[settings.default_language],
        default_timezone=settings.timezone,
        locale_selector=lambda: LOCALES[preferences.language()],
    )
    install_catalogue(app, babel)


def _init_templates(
    app: Site, settings: Settings, navigation: Navigation, footer: Navigation
) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        settings=settings,
        asset=asset,
        link_with=link_with,
        return_address=return_address,
        layout=f"{settings.site}/layout.html",
    )

    @app.context_processor
    def page_values() -> dict[str, Any]:
        chosen = preferences.language()
        return {
            "language": chosen,
            "html_language": HTML_LANGUAGES[chosen],
            "elder": preferences.elder(),
            # Called by the layout, so that an error in them cannot spoil the plain error page.
            "navigation": navigation,
            "footer": footer,
        }


@lru_cache(maxsize=256)
def _version(path: Path, _changed: float) -> str:
    return hashlib.blake2b(path.read_bytes(), digest_size=6).hexdigest()


def asset(name: str) -> str:
    """The address of a file under static/, with its version, so that browsers may keep it."""
    path = ROOT / "static" / name
    try:
        version = _version(path, path.stat().st_mtime)
    except OSError:
        logging.getLogger(__name__).warning("missing static file %s", name)
        return url_for("static", filename=name)
    return url_for("static", filename=name, v=version)
