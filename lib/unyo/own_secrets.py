"""unyo's own secrets in this installation: the newest key of the vault, and the ledger's password."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from unyo.core.errors import BadInput, Refused
from unyo.core.own_secrets import OwnSecret
from unyo.core.passwords import PasswordRules, make_password
from unyo.core.secret import SecretRef
from unyo.core.text import Text
from unyo.core.tools import Clock
from unyo.settings import Settings
from unyo.vault.key_file import add_key
from unyo.vault.keyring import keys_are_given, load_keyring
from unyo.vault.safe import Rekeying, Safe

VAULT_KEY, LEDGER_PASSWORD = "vault_key", "ledger_password"
COPY = SecretRef("ledger/database")
_RULES = PasswordRules(40, readable=False, classes=("upper", "lower", "digit"))
"""Letters and digits: it stands in files whose formats give a meaning to signs."""


class InstalledSecrets:
    """core.own_secrets.OwnSecrets of one installation."""

    def __init__(self, settings: Settings, safe: Safe, clock: Clock) -> None:
        self._settings, self._safe, self._clock = settings, safe, clock

    def listed(self) -> Sequence[OwnSecret]:
        found = [self._vault_key()]
        if _database()["ENGINE"].endswith("postgresql"):
            found.append(self._ledger_password())
        return found

    def renew(self, key: str, actor: str) -> OwnSecret:
        held = next((each for each in self.listed() if each.key == key), None)
        if held is None:
            raise BadInput(
                "own.unknown",
                Text("unyo has no such secret of its own here", "この導入環境に該当する秘密情報はありません"),
                Text(
                    "known: vault_key, ledger_password (PostgreSQL)",
                    "vault_key、ledger_password (PostgreSQL)",
                ),
                target=key,
            )
        if held.obstacle is not None:
            raise Refused(
                "own.obstacle",
                held.obstacle,
                Text("see docs/passwords.md", "docs/passwords.ja.md を参照"),
                target=held.label.en,
            )
        if key == VAULT_KEY:
            done = self.renew_vault_key(actor)
            for _, error in done.closed:
                raise error
        else:
            self.renew_ledger_password(actor)
        return next(each for each in self.listed() if each.key == key)

    def renew_vault_key(self, actor: str) -> Rekeying:
        """A new key before the others, then everything sealed with it; old keys stay until they are dropped."""
        if not keys_are_given():
            add_key(self._settings.key_file)
        done = self._safe.rekey()
        key = load_keyring(self._settings.key_file).newest.id
        _note(
            "vault.key_rotated",
            actor,
            {"key": key, "resealed": done.resealed, "closed": len(done.closed)},
            self._clock,
        )
        return done

    def renew_ledger_password(self, actor: str) -> None:
        from unyo.ledger.own_password import renew

        renew(
            _database(),
            lambda: make_password(_RULES),
            lambda password: self._safe.seal(COPY, password, "a copy of the ledger's own password"),
        )
        _note("ledger.password_rotated", actor, {"copy": COPY.path}, self._clock)

    def _vault_key(self) -> OwnSecret:
        key = load_keyring(self._settings.key_file).newest.id
        obstacle = (
            Text(
                "the keys come from outside (systemd credential, $UNYO_VAULT_KEY): renew them there, then rotate-key",
                "鍵が外部(systemd の資格情報、$UNYO_VAULT_KEY)から与えられています。外部で更新後に rotate-key を実行",
            )
            if keys_are_given()
            else None
        )
        label = Text("key of the vault", "保管庫の鍵")
        return OwnSecret(VAULT_KEY, label, key, _key_since(key), obstacle)

    def _ledger_password(self) -> OwnSecret:
        database = _database()
        obstacle = None
        if not database.get("PASSWORD_FILE"):
            obstacle = Text(
                "it stands in the ledger's URL, in a passfile, or there is none: set ledger_password_file",
                "URL または passfile にあるか、未使用です。ledger_password_file を設定してください",
            )
        label = Text("password of the ledger's database", "台帳データベースのパスワード")
        name = f"{database.get('USER', '')}@{database.get('NAME', '')}"
        return OwnSecret(LEDGER_PASSWORD, label, name, _last("ledger.password_rotated"), obstacle)


def _database() -> dict[str, Any]:
    from django.db import connection

    return dict(connection.settings_dict)


def _key_since(key: str) -> datetime | None:
    """When the key was added by a rotation, else when it first sealed anything."""
    from unyo.ledger.models import Event, SealedSecret

    added = Event.objects.filter(kind="vault.key_rotated", fields__key=key).order_by("seq").first()
    if added is not None:
        return added.at
    first = SealedSecret.objects.filter(key_id=key).order_by("created_at").first()
    return first.created_at if first is not None else None


def _last(kind: str) -> datetime | None:
    from unyo.ledger.models import Event

    found = Event.objects.filter(kind=kind).order_by("-seq").first()
    return found.at if found is not None else None


def _note(kind: str, actor: str, fields: dict[str, Any], clock: Clock) -> None:
    from unyo.ledger.chain import NewEvent, append

    append([NewEvent(kind, actor, fields=fields)], clock.now())
