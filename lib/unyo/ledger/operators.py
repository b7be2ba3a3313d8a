"""The people who request and approve: finding them and checking their passwords."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password, make_password

from unyo.core.errors import NotFound
from unyo.core.secret import Secret
from unyo.core.text import Text
from unyo.ledger.models import Operator

ROLES = ("operator", "officer", "auditor")


def operator_of_os_user(user: str) -> Operator:
    """The operator whose operating-system user this is."""
    found = Operator.objects.filter(os_user=user, active=True).first()
    if found is None:
        raise NotFound(
            "operator.os_user",
            Text(
                f"no operator belongs to the user {user}",
                f"OS ユーザ {user} の運用担当者が登録されていません",
            ),
            Text(
                f"register: unyo operators add NAME --os-user {user}, or speak as another with --by NAME",
                f"登録: unyo operators add 名前 --os-user {user}、または --by 名前 で指定",
            ),
            target=user,
        )
    return found


def operator_by_name(name: str) -> Operator:
    found = Operator.objects.filter(name=name, active=True).first()
    if found is None:
        raise NotFound(
            "operator.unknown",
            Text("there is no such operator", "その運用担当者は登録されていません"),
            Text("list them: unyo operators list", "一覧: unyo operators list"),
            target=name,
        )
    return found


def set_password(operator: Operator, password: Secret) -> None:
    """Keep only the password's scrypt hash."""
    operator.password = make_password(password.reveal())
    operator.save(update_fields=["password"])


def password_fits(operator: Operator, password: Secret) -> bool:
    return bool(operator.password) and check_password(password.reveal(), operator.password)
