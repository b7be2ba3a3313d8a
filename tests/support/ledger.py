"""A fresh ledger for each test, on SQLite or on a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

# Django reads its settings once per process, so the home must be named before anything imports them.
_HOME = Path(tempfile.mkdtemp(prefix="unyo-tests-"))
os.environ["UNYO_HOME"] = str(_HOME)
os.environ["UNYO_LANG"] = "en"
for _name in ("UNYO_CONFIG", "UNYO_LEDGER"):
    os.environ.pop(_name, None)

from unyo.ledger.opening import set_up_django  # noqa: E402

set_up_django()


@pytest.fixture(scope="session", autouse=True)
def _tests_leave_no_home() -> Iterator[None]:
    yield
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_ledger() -> Path:
    """A SQLite ledger with all tables, made once and copied for each test."""
    from django.core.management import call_command
    from django.db import connections

    from unyo.django_settings import database

    template = _HOME / "template.sqlite3"
    use_database(database(f"sqlite:///{template}"))
    call_command("migrate", verbosity=0)
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connections.close_all()
    return template


def use_database(values: dict[str, Any]) -> None:
    """Point Django at another database, in this thread and in all that start later."""
    from django.db import connections

    connections.close_all()
    connections.settings["default"].clear()
    connections.settings["default"].update(connections.configure_settings({"default": values})["default"])
    with suppress(AttributeError):
        del connections["default"]


@pytest.fixture
def sqlite_ledger(migrated_ledger: Path, tmp_path: Path) -> Iterator[Path]:
    """A fresh SQLite ledger in the test's own directory; the file's path."""
    from django.db import connections

    from unyo.django_settings import database

    path = tmp_path / "ledger.sqlite3"
    shutil.copyfile(migrated_ledger, path)
    use_database(database(f"sqlite:///{path}"))
    yield path
    connections.close_all()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_lab: Any) -> str:
    """A PostgreSQL database with all tables, to be copied for each test; the server's URL."""
    from django.core.management import call_command
    from django.db import connections

    from unyo.django_settings import database

    use_database(database(str(postgresql_lab.url)) | {"CONN_MAX_AGE": 0})
    with connections["default"].cursor() as cursor:
        cursor.execute("CREATE DATABASE ledger_template")
    use_database(database(str(postgresql_lab.url)) | {"NAME": "ledger_template"})
    call_command("migrate", verbosity=0)
    connections.close_all()
    return str(postgresql_lab.url)


@pytest.fixture
def postgresql_ledger(postgresql_template: str, request: pytest.FixtureRequest) -> Iterator[None]:
    """A fresh PostgreSQL ledger."""
    from django.db import connections

    from unyo.django_settings import database

    server = database(postgresql_template)
    name = f"ledger_{abs(hash(request.node.nodeid)) % 10**12}"
    use_database(server)
    with connections["default"].cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE ledger_template")
    use_database(server | {"NAME": name})
    yield
    use_database(server)
    with connections["default"].cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    connections.close_all()
