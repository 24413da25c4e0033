from __future__ import annotations

import stat
from dataclasses import FrozenInstanceError, dataclass
from pathlib import Path

import pytest

from web.settings import Settings, SettingsError, count, keep_secret, setting


@dataclass(frozen=True, kw_only=True)
class PortalSettings(Settings):
    draft_minutes: int = setting(60, parse=count(5, 600))


def test_defaults_need_nothing(tmp_path: Path) -> None:
    settings = Settings.from_environment("portal", {"MINGQUAN_VAR": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path / 'mingquan.db'}"
    assert settings.is_sqlite
    assert settings.ratelimit_storage == "memory://"
    assert settings.default_language == "zh"
    assert not settings.demonstration


def test_the_sites_own_variable_wins(tmp_path: Path) -> None:
    environ = {
        "MINGQUAN_VAR": str(tmp_path),
        "MINGQUAN_DATABASE_URL": "postgresql+psycopg://owner@localhost/x",
        "MINGQUAN_PORTAL_DATABASE_URL": "postgresql+psycopg://portal@localhost/x",
        "MINGQUAN_HTTPS": "1",
        "MINGQUAN_TRUSTED_HOSTS": "a.example, b.example",
        "MINGQUAN_DRAFT_MINUTES": "30",
    }
    portal = PortalSettings.from_environment("portal", environ)
    assert portal.database_url.split("//")[1].startswith("portal@")
    assert not portal.is_sqlite
    assert (portal.https, portal.draft_minutes) == (True, 30)
    assert portal.trusted_hosts == ("a.example", "b.example")
    admin = Settings.from_environment("admin", environ)
    assert admin.database_url.split("//")[1].startswith("owner@")


def test_all_bad_values_are_named_and_none_is_quoted(tmp_path: Path) -> None:
    environ = {
        "MINGQUAN_VAR": str(tmp_path),
        "MINGQUAN_DATABASE_URL": "mysql://root:hunter2@db/x",
        "MINGQUAN_HTTPS": "maybe",
        "MINGQUAN_MAX_FILES": "1000",
        "MINGQUAN_MAX_FORM_BYTES": "two",
        "MINGQUAN_DEFAULT_LANGUAGE": "fr",
        "MINGQUAN_RATELIMIT_STORAGE": "ftp://x",
    }
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment("portal", environ)
    message = str(caught.value)
    for name in list(environ)[1:]:
        assert name in message
    assert "hunter2" not in message
    assert "应为" in message
    assert "expected" in message
    assert not list(tmp_path.iterdir())


def test_a_seeded_demonstration_marks_itself(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text("{}")
    environ = {"MINGQUAN_VAR": str(tmp_path)}
    assert Settings.from_environment("portal", environ).demonstration
    environ["MINGQUAN_DEMONSTRATION"] = "0"
    assert not Settings.from_environment("portal", environ).demonstration


def test_each_site_has_its_own_lasting_secret(tmp_path: Path) -> None:
    environ = {"MINGQUAN_VAR": str(tmp_path / "var")}
    portal = Settings.from_environment("portal", environ)
    admin = Settings.from_environment("admin", environ)
    assert portal.secret_key != admin.secret_key
    assert Settings.from_environment("portal", environ).secret_key == portal.secret_key
    for name in ("portal.secret", "admin.secret"):
        assert stat.S_IMODE((tmp_path / "var" / name).stat().st_mode) == 0o600


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "portal.secret"
    keep_secret(path)
    path.chmod(0o644)
    with pytest.raises(SettingsError, match="0600"):
        keep_secret(path)


def test_an_empty_secret_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "portal.secret"
    keep_secret(path)
    path.write_text("")
    with pytest.raises(SettingsError, match="short"):
        keep_secret(path)


def test_settings_are_frozen_and_their_repr_tells_no_secret(settings: Settings) -> None:
    with pytest.raises(FrozenInstanceError):
        settings.https = True  # type: ignore[misc]
    assert settings.secret_key not in repr(settings)
    assert "sqlite" not in repr(settings)
