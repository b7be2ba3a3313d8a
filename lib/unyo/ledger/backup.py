"""Copying the ledger while it is in use, and bringing a copy back."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings as django_settings
from django.db import connection, connections

from unyo.core.errors import BadInput, Refused, TargetSaidNo
from unyo.core.text import Text
from unyo.ledger.models import ChainHead
from unyo.ledger.opening import set_up_django
from unyo.ledger.own_password import password_in_force

LEDGER, DUMP, ANCHOR = "ledger.sqlite3", "ledger.pgdump", "audit.anchor"


@dataclass(frozen=True, slots=True)
class BackupFacts:
    """What a backup holds."""

    bytes: int
    sha256: str
    events: int


def back_up(home: Path, settings_file: Path | None, target: Path) -> BackupFacts:
    """Write one tar file, complete or not at all, readable by its owner only."""
    head = ChainHead.objects.filter(pk=1).first()
    with tempfile.TemporaryDirectory(dir=target.resolve().parent, prefix=".unyo-backup-") as scratch:
        place = Path(scratch)
        _copy_ledger(place)
        whole = place / "backup.tar"
        os.close(os.open(whole, os.O_CREAT | os.O_WRONLY, 0o600))
        with tarfile.open(whole, "w") as tar:
            for file in (place / LEDGER, place / DUMP, home / ANCHOR, home / "inventory"):
                if file.exists():
                    tar.add(file, arcname=file.name)
            if settings_file is not None and settings_file.is_file():
                tar.add(settings_file, arcname="unyo.toml")
        with whole.open("rb") as written:
            os.fsync(written.fileno())
            sha256 = hashlib.file_digest(written, "sha256").hexdigest()
        size = whole.stat().st_size
        whole.replace(target)
    return BackupFacts(size, sha256, head.seq if head else 0)


def _copy_ledger(place: Path) -> None:
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        with sqlite3.connect(place / LEDGER) as copy:
            connection.connection.backup(copy)
        copy.close()
        return
    _postgresql("pg_dump", ["--format=custom", f"--file={place / DUMP}"], with_database=True)


def restore_backup(home: Path, source: Path, replace: bool) -> int:
    """Put a backup's ledger in place; the number of events in it. The present one is set aside, never deleted."""
    set_up_django()
    with tempfile.TemporaryDirectory(dir=home if home.is_dir() else None, prefix=".unyo-restore-") as scratch:
        place = Path(scratch)
        _unpack(source, place)
        if connection.vendor == "sqlite":
            _replace_sqlite(place, Path(django_settings.DATABASES["default"]["NAME"]), replace)
        else:
            _postgresql(
                "pg_restore", ["--clean", "--if-exists", "--single-transaction", str(place / DUMP)], True
            )
        if (place / ANCHOR).is_file():
            shutil.copyfile(place / ANCHOR, home / ANCHOR)
    connections.close_all()
    head = ChainHead.objects.filter(pk=1).first()
    return head.seq if head else 0


def _unpack(source: Path, place: Path) -> None:
    try:
        with tarfile.open(source) as tar:
            tar.extractall(place, filter="data")
    except (tarfile.TarError, OSError) as error:
        raise BadInput(
            "backup.unreadable",
            Text("this is not a whole backup of unyo", "unyo の完全なバックアップではありません"),
            Text(
                "take another backup file; nothing was changed",
                "別のバックアップを使う。何も変更していません",
            ),
            target=str(source),
        ) from error
    wanted = LEDGER if connection.vendor == "sqlite" else DUMP
    if not (place / wanted).is_file():
        raise BadInput(
            "backup.other_kind",
            Text(f"the backup holds no {wanted}", f"バックアップに {wanted} がありません"),
            Text(
                "set the setting ledger to the kind the backup was made of",
                "設定 ledger をバックアップ元と同じ種類にする",
            ),
            target=str(source),
        )


def _replace_sqlite(place: Path, ledger: Path, replace: bool) -> None:
    if ledger.exists() and ledger.stat().st_size and not replace:
        raise Refused(
            "restore.exists",
            Text("there is a ledger already", "すでに台帳があります"),
            Text(
                "stop the worker, then restore with --replace; the present one is set aside",
                "ワーカーを停止し --replace を付ける。現在の台帳は退避されます",
            ),
            target=str(ledger),
        )
    connections.close_all()
    ledger.parent.mkdir(parents=True, exist_ok=True)
    for suffix in ("", "-wal", "-shm"):
        present = ledger.with_name(ledger.name + suffix)
        if present.exists():
            present.replace(present.with_name(f"{ledger.name}.before-restore{suffix}"))
    shutil.copyfile(place / LEDGER, ledger)
    ledger.chmod(0o600)


def _password(database: dict[str, Any]) -> str:
    """As a field of a password file, in which colons and backslashes are escaped."""
    text = str(database.get("PASSWORD", ""))
    if database.get("PASSWORD_FILE"):
        text = password_in_force(database).reveal()
    return text.replace("\\", "\\\\").replace(":", "\\:")


def _postgresql(program: str, arguments: list[str], with_database: bool) -> None:
    database = django_settings.DATABASES["default"]
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "NAME": "PGDATABASE"}
    environment = {**os.environ, **{names[k]: str(database[k]) for k in names if database.get(k)}}
    if with_database and program == "pg_restore":
        arguments = [f"--dbname={database['NAME']}", *arguments]
    # The password travels in a private file: an environment can be read by the same user's processes.
    with tempfile.NamedTemporaryFile("w", prefix="pgpass") as passfile:
        passfile.write(f"*:*:*:*:{_password(database)}\n")
        passfile.flush()
        environment["PGPASSFILE"] = passfile.name
        done = subprocess.run(
            [program, *arguments], env=environment, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise TargetSaidNo(
            "backup.postgresql",
            Text(f"{program} failed", f"{program} が失敗しました"),
            Text(
                "install postgresql-client of the server's version and try again",
                "サーバと同じ版の postgresql-client を導入して再実行",
            ),
            detail=done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "",
        )
