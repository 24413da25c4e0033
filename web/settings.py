"""What a site is told from outside: a frozen object, read once from the environment and var/.

A site extends `Settings` by adding fields made with `setting`; every field NAME is read from
``MINGQUAN_<SITE>_NAME`` or, failing that, ``MINGQUAN_NAME``.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

PREFIX = "MINGQUAN_"
LANGUAGES = ("zh", "en")
MEGABYTE = 1024 * 1024


class SettingsError(Exception):
    """The environment holds values the program cannot work with. Says which, in both languages."""


def setting(default: Any, *, parse: Callable[[str], Any] = str, secret: bool = False) -> Any:
    """A field that the environment may set.

    Args:
        default: the value when the environment is silent.
        parse: turns the text into the value; raises ValueError with a Chinese / English reason.
        secret: keep the value out of the object's repr, and so out of any log.
    """
    return field(default=default, metadata={"parse": parse}, repr=not secret)


def boolean(text: str) -> bool:
    """Read yes or no."""
    words = {"1": True, "true": True, "yes": True, "on": True}
    words |= {"0": False, "false": False, "no": False, "off": False}
    try:
        return words[text.strip().lower()]
    except KeyError:
        raise ValueError("应为 1 或 0 / expected 1 or 0") from None


def count(minimum: int = 0, maximum: int = 2**31) -> Callable[[str], int]:
    """A reader of whole numbers within bounds."""

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise ValueError("应为整数 / expected a whole number") from None
        if not minimum <= number <= maximum:
            raise ValueError(f"应在 {minimum} 到 {maximum} 之间 / expected {minimum} to {maximum}")
        return number

    return parse


def one_of(*choices: str) -> Callable[[str], str]:
    """A reader of one word out of a few."""

    def parse(text: str) -> str:
        if text not in choices:
            listed = ", ".join(choices)
            raise ValueError(f"应为 {listed} 之一 / expected one of {listed}")
        return text

    return parse


def words(text: str) -> tuple[str, ...]:
    """Read a list separated by commas or spaces."""
    return tuple(text.replace(",", " ").split())


def database_address(text: str) -> str:
    """Read a database URL of a kind this program runs on."""
    if not text.startswith(("sqlite:", "postgresql")):
        raise ValueError("应以 sqlite: 或 postgresql 开头 / expected sqlite: or postgresql…")
    return text


def storage_address(text: str) -> str:
    """Read the URL of the place that counts requests."""
    if not text.startswith(("memory://", "redis://", "rediss://", "redis+unix://")):
        raise ValueError("应为 memory:// 或 redis:// / expected memory:// or redis://")
    return text


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What both sites need to know. Sizes are in bytes."""

    site: str
    """"portal" or "admin": names the cookies, the secret and the folders of this site."""
    var: Path
    """Where the program keeps what it makes: database, secrets, uploads, indexes."""
    secret_key: str = field(repr=False)
    database_url: str = field(repr=False)
    demonstration: bool
    """True puts the notice 演示数据 on every page."""

    site_name: str = setting("权力公开")
    """Where the county's own name cannot be read (`domain.settings.County` has that and the rest)."""

    search_url: str = setting("")
    """The search engine and where its index is, such as ``whoosh:///srv/index`` or
    ``tantivy:///srv/index``; empty: Whoosh under `var`."""

    default_language: str = setting("zh", parse=one_of(*LANGUAGES))
    timezone: str = setting("Asia/Shanghai")

    https: bool = setting(default=False, parse=boolean)
    """True when visitors come by https: Secure cookies and HSTS."""
    trusted_hosts: tuple[str, ...] = setting((), parse=words)
    """Host names this site answers to; empty means any."""
    trusted_proxies: int = setting(0, parse=count(0, 5))
    """How many proxies of ours stand in front; their X-Forwarded-* headers are believed."""

    ratelimit_enabled: bool = setting(default=True, parse=boolean)
    ratelimit_storage: str = setting("memory://", parse=storage_address, secret=True)

    max_file_bytes: int = setting(20 * MEGABYTE, parse=count(1024))
    max_files: int = setting(10, parse=count(1, 100))
    max_request_bytes: int = setting(120 * MEGABYTE, parse=count(1024))
    max_form_bytes: int = setting(2 * MEGABYTE, parse=count(1024))
    """A form without files, and any one typed field of a form with files."""

    log_level: str = setting("INFO", parse=one_of("DEBUG", "INFO", "WARNING", "ERROR"))

    @classmethod
    def from_environment(
        cls, site: str, environ: Mapping[str, str] | None = None, **given: Any
    ) -> Self:
        """Read the settings of one site.

        Args:
            site: "portal" or "admin".
            environ: the variables; the process's own when None.
            given: values that win over the environment, for tests and the command line.

        Raises:
            SettingsError: naming every variable that cannot be used.
        """
        environ = os.environ if environ is None else environ
        values, problems = _read(cls, site, environ)
        values |= given
        var = Path(values.get("var") or _lookup(site, "var", environ) or "var").absolute()
        values |= {"site": site, "var": var}
        values.setdefault("database_url", f"sqlite:///{var / 'mingquan.db'}")
        # Seeding the fictional county leaves this file, so a demonstration cannot go unmarked.
        values.setdefault("demonstration", (var / "demo.json").exists())
        if problems:
            raise SettingsError("\n".join(["配置有误 / invalid settings:", *problems]))
        if not values.get("secret_key"):
            values["secret_key"] = keep_secret(var / f"{site}.secret")
        return cls(**values)

    @property
    def index_address(self) -> str:
        """The search index as `search.open_reader` and `search.open_engine` read it."""
        return self.search_url or f"whoosh:{self.var / 'index'}"

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is the embedded one."""
        return self.database_url.startswith("sqlite")


_REQUIRED: Mapping[str, Callable[[str], Any]] = {
    "secret_key": str,
    "database_url": database_address,
    "demonstration": boolean,
}


def _lookup(site: str, name: str, environ: Mapping[str, str]) -> str | None:
    for variable in (f"{PREFIX}{site.upper()}_{name.upper()}", f"{PREFIX}{name.upper()}"):
        if variable in environ:
            return environ[variable]
    return None


def _read(
    cls: type[Settings], site: str, environ: Mapping[str, str]
) -> tuple[dict[str, Any], list[str]]:
    """The values the environment gives, and what is wrong with the others."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    for item in fields(cls):
        parse = item.metadata.get("parse") or _REQUIRED.get(item.name)
        text = _lookup(site, item.name, environ)
        if parse is None or text is None:
            continue
        try:
            values[item.name] = parse(text)
        except ValueError as error:
            # The value itself may be a password: name the variable, never the value.
            problems.append(f"  {PREFIX}{item.name.upper()}: {error}")
    return values, problems


def keep_secret(path: Path) -> str:
    """The secret kept in a file that only its owner can read; made on first use.

    Raises:
        SettingsError: others can read the file, or it is empty.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_secret(path)
    secret = secrets.token_hex(32)
    with os.fdopen(handle, "w") as file:
        file.write(secret)
    return secret


def _read_secret(path: Path) -> str:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SettingsError(
            f"{path}: 其他用户可以读取此密钥文件，请改为 0600 / readable by others, make it 0600"
        )
    secret = path.read_text().strip()
    if len(secret) < 32:
        raise SettingsError(f"{path}: 密钥太短，请删除后重试 / secret too short, delete the file")
    return secret
