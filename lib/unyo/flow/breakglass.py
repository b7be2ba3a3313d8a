"""Making the break-glass export: all passwords in force and those not proven, on record before it exists."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from unyo.core.credential import Credential, Scope
from unyo.core.errors import BadInput, BadSetting, Refused
from unyo.core.sealed import SealedRow, in_force
from unyo.core.secret_state import SecretState
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import Event, Operator, SealedSecret
from unyo.ledger.sealed import LedgerStore
from unyo.vault.breakglass import Content, seal_export
from unyo.vault.keyring import Keyring
from unyo.vault.safe import Safe
from unyo.vault.shares import ShareWords

SUFFIX = ".breakglass"
PEOPLE = "accounts/"
"""First passwords of people: they have been changed at the first log-on, and are nobody's business here."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The file that was made, its shares, and how much is in it."""

    file: Path
    digest: str
    shares: tuple[ShareWords, ...]
    secrets: int


WriteShares = Callable[[Sequence[ShareWords], Path], None]


def export(
    road: Road,
    place: Path,
    by: Operator,
    holders: Sequence[str],
    needed: int,
    *,
    keyring: Keyring | None = None,
    officer: Operator | None = None,
    organisation: str = "",
    write_shares: WriteShares,
) -> Exported:
    """Seal everything into one file in the new folder ``place``; one share for each of ``holders``.

    An officer makes it, or agrees to it. ``keyring``: the vault's keys go in as well. ``write_shares`` puts the
    shares where their holders get them; the file appears last, after the event that tells of it.
    """
    _check_people(by, officer)
    now = road.tools.clock.now()
    content = Content(tuple(_secrets(road)), tuple(_key_lines(keyring)))
    file, shares = seal_export(content, now, organisation, len(holders), needed)
    name = f"unyo-{shares[0].set_id:05}-{now:%Y%m%d}{SUFFIX}"
    _make_private(place)
    write_shares(shares, place)
    digest = hashlib.sha256(file).hexdigest()
    fields = {
        "file": name,
        "digest": digest,
        "set_id": shares[0].set_id,
        "shares": len(shares),
        "needed": needed,
        "holders": list(holders),
        "accounts": len(content.secrets),
        "keys": len(content.keys),
        "by": by.name,
        "agreed_by": officer.name if officer else by.name,
    }
    _write_private(place / f"{name}.new", file)
    append([NewEvent("breakglass.exported", by.name, fields=fields)], now)
    (place / f"{name}.new").replace(place / name)
    return Exported(place / name, digest, tuple(shares), len(content.secrets))


def _check_people(by: Operator, officer: Operator | None) -> None:
    if any(person is not None and person.role == "officer" and person.active for person in (by, officer)):
        return
    raise Refused(
        "breakglass.officer",
        Text(
            "it holds every password: the officer makes it or agrees to it",
            "全パスワードを含むため、責任者本人の実施か同意が必要です",
        ),
        Text(
            "give --officer NAME; the officer types the password",
            "--officer 名前 を指定(責任者がパスワードを入力)",
        ),
        target=by.name,
    )


def _secrets(road: Road) -> Iterator[Mapping[str, Any]]:
    """Of every name: what counts now, what may be in force without proof, and what was torn."""
    safe = road.tools.vault
    assert isinstance(safe, Safe)
    known = {each.path: each for each in road.tools.credentials.select(Scope(everything=True))}
    rows: dict[str, list[SealedRow]] = defaultdict(list)
    for row in LedgerStore().all():
        if row.is_kept and not row.path.startswith(PEOPLE):
            rows[row.path].append(row)
    for path, versions in sorted(rows.items()):
        for row in _worth_keeping(versions):
            yield _told(row, known.get(path)) | {"password": safe.open_row(row).reveal()}


def _worth_keeping(versions: Sequence[SealedRow]) -> list[SealedRow]:
    counting = in_force(versions)
    chosen = [counting] if counting is not None else []
    for row in versions:
        state = SecretState(row.state) if row.state else None
        if state is not None and (state.is_open or state is SecretState.TORN):
            chosen.append(row)
    return sorted(chosen, key=lambda row: row.version)


def _told(row: SealedRow, credential: Credential | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "path": row.path,
        "version": row.version,
        "state": row.state,
        "sealed_at": row.created_at,
        "set_at": row.set_at,
        "verified_at": row.verified_at,
        "purpose": row.purpose,
    }
    if credential is not None:
        told |= {
            "label": credential.label,
            "kind": credential.kind,
            "system": credential.system,
            "account": credential.account,
            "address": credential.address,
            "port": credential.port,
            "role": credential.role,
        }
    return told


def _key_lines(keyring: Keyring | None) -> list[str]:
    return [f"{key.id}:{key.material.reveal()}" for key in keyring.keys] if keyring else []


def _make_private(place: Path) -> None:
    """A new folder, or an empty one, that nobody else can look into."""
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(place.iterdir()):
            raise BadInput(
                "breakglass.not_empty",
                Text("the folder is not empty", "フォルダーが空ではありません"),
                Text("name a new folder", "新しいフォルダーを指定する"),
                target=str(place),
            )
        place.chmod(0o700)
    except OSError as error:
        raise _unwritable(place, error) from None


def _write_private(file: Path, content: bytes) -> None:
    try:
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as written:
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
    except OSError as error:
        with suppress(OSError):
            file.unlink(missing_ok=True)
        raise _unwritable(file, error) from None


def _unwritable(place: Path, error: OSError) -> BadSetting:
    return BadSetting(
        "output.file",
        Text("the file cannot be written", "ファイルを書き込めません"),
        Text("check space and permissions, then run again", "空き容量と権限を確認して再実行する"),
        target=str(place),
        detail=error.strerror,
    )


@dataclass(frozen=True, slots=True)
class Freshness:
    """The newest export, and how many passwords were proven since; ``made_at`` None: there is none."""

    made_at: datetime | None
    file: str
    renewed_since: int
    tested_at: datetime | None


def freshness() -> Freshness:
    newest = Event.objects.filter(kind="breakglass.exported").order_by("-seq").first()
    made_at = newest.at if newest else None
    renewed = SealedSecret.objects.filter(state=SecretState.VERIFIED, verified_at__isnull=False)
    if made_at is not None:
        renewed = renewed.filter(created_at__gt=made_at)
    tested = Event.objects.filter(kind="breakglass.tested").order_by("-seq").first()
    return Freshness(
        made_at,
        str(newest.fields.get("file", "")) if newest else "",
        renewed.count(),
        tested.at if tested else None,
    )


def still_in_force(road: Road, content: Content) -> tuple[int, int]:
    """How many of the accounts' passwords in force today the export holds, and how many there are."""
    paths = [each.path for each in road.tools.credentials.select(Scope(everything=True))]
    held = {(each["path"], each["version"]) for each in content.secrets}
    in_force = [
        (path, standing.in_force.number)
        for path, standing in road.tools.credentials.standing(paths).items()
        if standing.in_force is not None
    ]
    return sum(each in held for each in in_force), len(in_force)
