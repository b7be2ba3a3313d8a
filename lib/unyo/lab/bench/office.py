"""A fresh installation for a measurement: a home of its own, three operators, tools on a directory."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unyo.core.person import Roster
from unyo.lab.controller import LabDirectory

if TYPE_CHECKING:
    from unyo.flow.context import Road


def prepare(home: Path, directory: LabDirectory | None, ledger: str = "", more: Sequence[str] = ()) -> None:
    """Write the settings and make ledger, key and operators; for this process and its children.

    ``more`` are further lines of the settings file.
    """
    home.mkdir(parents=True, exist_ok=True)
    lines = [f'home = "{home}"']
    if ledger:
        lines.append(f'ledger = "{ledger}"')
    if directory is not None:
        secret = home / "bind.password"
        secret.touch(mode=0o600)
        secret.write_text(directory.admin_password.reveal())
        lines += [
            "[directory]",
            f'urls = ["{directory.url}"]',
            f'bind_name = "{directory.admin_name}"',
            f'password_file = "{secret}"',
            f'ca_file = "{directory.ca_file}"',
        ]
    (home / "unyo.toml").write_text("\n".join([*lines, *more]) + "\n")
    os.environ["UNYO_CONFIG"] = str(home / "unyo.toml")
    from unyo.ledger.opening import create_or_upgrade_ledger
    from unyo.settings import load_settings
    from unyo.vault.key_file import create_key_file

    load_settings.cache_clear()
    settings = load_settings()
    _point_django_at(settings.ledger)
    create_or_upgrade_ledger()
    create_key_file(settings.key_file)
    from unyo.ledger.models import Operator

    Operator.objects.bulk_create(
        [
            Operator(name="tanaka", os_user="root"),
            Operator(name="suzuki"),
            Operator(name="sato", role="officer"),
        ]
    )


def _point_django_at(ledger: str) -> None:
    """Django reads its settings once; a second measurement in one process needs another database."""
    from unyo.ledger.opening import set_up_django

    set_up_django()
    from django.conf import settings
    from django.db import connections

    from unyo.django_settings import database

    connections.close_all()
    values = database(ledger)
    settings.DATABASES["default"].update(values)
    connections.settings["default"].clear()
    connections.settings["default"].update(connections.configure_settings({"default": values})["default"])
    if "default" in connections:
        del connections["default"]


@contextmanager
def open_road() -> Iterator[Road]:
    """The road of the present settings; its directory connections are closed at the end."""
    from unyo.settings import load_settings
    from unyo.wiring import build_road

    road = build_road(load_settings())
    try:
        yield road
    finally:
        if "directory" in road.tools.__dict__:
            road.tools.__dict__["directory"].close()


def import_roster(road: Road, roster: Roster) -> int:
    from unyo.ledger.rosters import Source, store_roster

    return int(store_roster(roster, Source("bench.csv", "0" * 64, {}, "tanaka"), road.tools.clock.now()).pk)


def travel(road: Road, runbook: str, params: Any) -> tuple[Any, dict[str, float]]:
    """Request, plan, approve, run; the job, and the seconds of planning and of running."""
    from unyo.flow.approval import approve
    from unyo.flow.planning import plan_job
    from unyo.flow.request import request_job
    from unyo.flow.worker import Worker

    begun = time.perf_counter()
    job = request_job(road, runbook, params, "tanaka", "a measurement")
    plan_job(road, job)
    planned = time.perf_counter()
    approve(road, job, "sato", "a measurement", job.digest)
    Worker(road, only_job=job.pk).run_until_idle()
    ended = time.perf_counter()
    job.refresh_from_db()
    return job, {"plan": planned - begun, "run": ended - planned}
