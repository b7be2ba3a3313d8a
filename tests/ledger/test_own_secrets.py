"""unyo's own secrets in one installation: the vault's key on any ledger, the ledger's password on PostgreSQL."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from support.at_the_desk import Desk, desk
from support.ledger import use_database
from unyo.core.secret import Secret, SecretRef
from unyo.django_settings import database
from unyo.flow.approval import approve
from unyo.flow.worker import Worker
from unyo.lab.postgresql import PostgresqlLab
from unyo.ledger.models import Event, Job, Operator, SealedSecret
from unyo.ledger.password_file import passwords_in, write_passwords
from unyo.own_secrets import COPY, InstalledSecrets
from unyo.settings import load_settings, who_runs_this
from unyo.vault.keyring import load_keyring
from unyo.vault.safe import Safe
from unyo.wiring import Toolbox, build_road

__all__ = ["desk"]
KEPT = SecretRef("terminals/admin")


def newest_key() -> str:
    return load_keyring(load_settings().key_file).newest.id


@pytest.fixture
def safe(desk: Desk) -> Safe:
    """A vault with one secret in it."""
    opened = Toolbox(load_settings()).vault
    opened.seal(KEPT, Secret("Canary-kept-51"), "test")
    return opened


def test_the_key_s_age_counts_from_its_first_seal(safe: Safe, desk: Desk) -> None:
    (key,) = Toolbox(load_settings()).own_secrets.listed()
    sealed = SealedSecret.objects.get().created_at
    assert (key.key, key.id, key.since, key.obstacle) == ("vault_key", newest_key(), sealed, None)


def test_an_old_key_is_a_finding_of_the_doctor(safe: Safe, desk: Desk) -> None:
    def finding() -> str | None:
        checks = desk.run(("doctor", "--json"), "").answer
        (check,) = [each for each in checks if each["check"]["en"] == "own secrets"]
        return check["error"]["code"] if check["error"] else None

    assert finding() is None
    row = SealedSecret.objects.get()
    SealedSecret.objects.update(created_at=row.created_at - timedelta(days=400))
    assert finding() == "doctor.vault_key"
    desk.unyo("vault", "rotate-key")
    assert finding() is None


def test_the_key_is_renewed_by_a_job_that_a_schedule_can_run(safe: Safe, desk: Desk) -> None:
    before = newest_key()
    desk.unyo("run", "passwords.rotate_own", "--which", "vault_key", "--reason", "new year", code=3)
    job = Job.objects.get()
    Operator.objects.create(name="suzuki", role="operator")
    road = build_road(load_settings())
    approve(road, job, "suzuki", "as every year", job.digest)
    Worker(road).run_until_idle()
    job.refresh_from_db()
    assert job.state == "DONE"
    assert newest_key() != before
    assert safe.open(KEPT) == Secret("Canary-kept-51")
    assert set(SealedSecret.objects.values_list("key_id", flat=True)) == {newest_key()}
    assert Event.objects.get(kind="vault.key_rotated").fields["key"] == newest_key()


def test_a_job_that_was_cut_off_after_the_new_key_makes_no_second_one(safe: Safe, desk: Desk) -> None:
    from unyo.runbooks import load

    tools = Toolbox(load_settings())
    runbook = load("passwords.rotate_own")
    changes = runbook.plan(runbook.Params(), tools).changes
    runbook.apply(changes, tools, False)
    once = newest_key()
    (again,) = runbook.apply(changes, tools, True)
    assert (again.outcome, newest_key()) == ("DONE", once)


def test_a_ledger_in_a_file_has_no_password(safe: Safe, desk: Desk) -> None:
    assert desk.answer("vault", "rotate-ledger-password", code=2)["error"]["code"] == "own.unknown"


@pytest.fixture
def own_ledger(
    desk: Desk, asking_postgresql: PostgresqlLab, postgresql_template: str, tmp_path: Path
) -> Iterator[Path]:
    """A ledger on PostgreSQL that is opened with the password of a file; the file."""
    from django.db import connections

    lab, name = asking_postgresql, f"own{secrets.token_hex(4)}"
    first, file = Secret(f"Canary{secrets.token_hex(9)}"), tmp_path / "ledger.password"
    named = sql.Identifier(name)
    with psycopg.connect(lab.url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(named, sql.Literal(first.reveal())))
        admin.execute(sql.SQL("GRANT rotated, postgres TO {}").format(named))
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE ledger_template").format(named))
        file.touch(mode=0o600)
        write_passwords(file, [first])
        use_database(database(f"postgresql://{name}@127.0.0.1:{lab.port}/{name}", str(file)))
        Operator.objects.create(name="tanaka", role="operator", os_user=who_runs_this())
        yield file
        connections.close_all()
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(named))
        admin.execute(sql.SQL("DROP ROLE {}").format(named))


@pytest.mark.postgresql
@pytest.mark.xdist_group("postgresql_hand")
def test_the_ledger_s_password_is_renewed_by_one_command(own_ledger: Path, desk: Desk) -> None:
    from django.db import connections

    (before,) = passwords_in(own_ledger)
    done = desk.unyo("vault", "rotate-ledger-password")
    (after,) = passwords_in(own_ledger)
    assert after != before
    assert after.reveal() not in done.out
    connections.close_all()
    held = {each.key: each for each in Toolbox(load_settings()).own_secrets.listed()}
    assert held["ledger_password"].since is not None
    assert Toolbox(load_settings()).vault.open(COPY) == after


@pytest.mark.postgresql
@pytest.mark.xdist_group("postgresql_hand")
def test_without_a_file_of_its_own_unyo_says_what_to_set(desk: Desk, postgresql_ledger: None) -> None:
    settings = load_settings()
    tools = Toolbox(settings)
    held = {each.key: each for each in InstalledSecrets(settings, tools.vault, tools.clock).listed()}
    obstacle = held["ledger_password"].obstacle
    assert obstacle is not None
    assert "ledger_password_file" in obstacle.en


@pytest.mark.postgresql
@pytest.mark.xdist_group("postgresql_hand")
def test_a_backup_is_made_with_the_password_of_the_file(own_ledger: Path, desk: Desk, tmp_path: Path) -> None:
    write_passwords(own_ledger, [Secret("not:the\\one"), *passwords_in(own_ledger)])
    desk.unyo("backup", str(tmp_path / "backup.tar"))
    assert (tmp_path / "backup.tar").stat().st_size > 10_000
