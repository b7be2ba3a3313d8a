"""Opening the ledger: Django is set up, the tables are there, and the file is private."""

from __future__ import annotations

import os
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection

from unyo.core.errors import BadSetting, Unreachable
from unyo.core.text import Text


def set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unyo.django_settings")
    django.setup()


def open_ledger() -> None:
    """Make the ledger usable; BadSetting where its tables are missing or older than this unyo."""
    set_up_django()
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as error:
        raise _unreachable(error) from error
    if waiting:
        raise BadSetting(
            "ledger.migrations",
            Text("the ledger's tables are missing or old", "台帳の表がないか古い版です"),
            Text(
                "run: unyo init (a backup first, if it holds data)",
                "unyo init を実行(データがあれば先にバックアップ)",
            ),
            target=shown_name(),
        )


def create_or_upgrade_ledger() -> None:
    """Bring the tables up to this version; makes the SQLite file with owner-only permissions."""
    set_up_django()
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        path = Path(database["NAME"])
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except OperationalError as error:
        raise _unreachable(error) from error


def shown_name() -> str:
    """The ledger's place without any password."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        return f"sqlite {database['NAME']}"
    return f"postgresql {database['USER']}@{database['HOST']}/{database['NAME']}"


def _unreachable(error: Exception) -> Unreachable:
    return Unreachable(
        "ledger.unreachable",
        Text("the ledger cannot be opened", "台帳を開けません"),
        Text(
            "check the setting ledger, the disk and the server: unyo doctor",
            "設定 ledger、ディスク、サーバを確認: unyo doctor",
        ),
        target=shown_name(),
        detail=str(error).splitlines()[0],
    )
