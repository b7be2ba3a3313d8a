"""Django's settings, derived from unyo's own; nothing is configured here by hand."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from unyo.core.errors import BadSetting
from unyo.core.text import Text
from unyo.settings import load_settings


def database(url: str, password_file: str = "") -> dict[str, Any]:
    """Django's database settings for ``sqlite:///PATH`` or ``postgresql://USER@HOST:PORT/NAME?host=/socket``.

    With ``password_file`` each new connection reads the password from there.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path).replace("//", "/", 1))
    if parts.scheme in ("postgresql", "postgres"):
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        if password_file and (parts.password or "passfile" in query):
            raise _two_passwords()
        return {
            "ENGINE": "unyo.ledger.postgresql" if password_file else "django.db.backends.postgresql",
            **({"PASSWORD_FILE": password_file} if password_file else {}),
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.pop("host", parts.hostname or ""),
            "PORT": query.pop("port", str(parts.port or "")),
            "OPTIONS": query,
            "CONN_MAX_AGE": None,
        }
    raise BadSetting(
        "settings.ledger",
        Text("the ledger's address is not understood", "台帳の接続先を解釈できません"),
        Text(
            "use sqlite:///path or postgresql://user@host/name",
            "sqlite:///パス または postgresql://user@host/name",
        ),
        target=parts.scheme,
    )


def _sqlite(path: str) -> dict[str, Any]:
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
    options = {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": pragmas}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": options, "CONN_MAX_AGE": None}


def _two_passwords() -> BadSetting:
    return BadSetting(
        "settings.ledger_password_file",
        Text("the ledger's password stands in two places", "台帳のパスワードが2か所にあります"),
        Text(
            "leave it out of the address (and passfile): ledger_password_file alone counts",
            "接続先(および passfile)から除き、ledger_password_file だけにする",
        ),
        target="ledger",
    )


DATABASES = {"default": database(load_settings().ledger, load_settings().ledger_password_file)}
INSTALLED_APPS = ["unyo.ledger"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
SECRET_KEY = "unused: the ledger signs nothing with it"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
LOGGING_CONFIG = None
