"""``unyo operators``: who may request and approve."""

from __future__ import annotations

import sys

import click

from unyo.cli.identity import identify
from unyo.cli.screen import Screen, command, group, tr
from unyo.core.errors import BadInput
from unyo.core.secret import Secret
from unyo.core.text import Text
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import Operator
from unyo.ledger.operators import ROLES, operator_by_name, set_password
from unyo.settings import load_settings
from unyo.wiring import build_road

operators = group("operators", "Who may request and approve.", "依頼・承認できる人の登録")

LEAST_PASSWORD_LENGTH = 10


@command(operators, "list", en="All operators.", ja="運用担当者の一覧。")
@click.pass_obj
def list_operators(screen: Screen) -> None:
    build_road(load_settings())
    found = list(Operator.objects.order_by("name"))
    screen.table(
        [Text("name", "名前"), Text("role", "役割"), Text("OS user", "OS ユーザ"), Text("active", "有効")],
        [(o.name, o.role, o.os_user, "*" if o.active else "") for o in found],
    )
    screen.data([{"name": o.name, "role": o.role, "os_user": o.os_user, "active": o.active} for o in found])


@command(
    operators,
    "add",
    en="Register a person, or change a role. Roles: operator, officer (the customer's, approves GRAVE plans), auditor.",
    ja="担当者を登録、または役割を変更します。役割: operator(担当者)、officer(発注者の責任者。重大な計画を承認)、auditor(監査)。",
)
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="operator", show_default=True)
@click.option("--os-user", default="", help=tr("the user this person logs on as", "この人の OS ユーザ名"))
@click.option("--display", default="", help=tr("name for reports", "報告書に載せる氏名"))
@click.option("--password", "ask_password", is_flag=True, help=tr("ask for a password", "パスワードを設定"))
@click.pass_obj
def add(screen: Screen, name: str, role: str, os_user: str, display: str, ask_password: bool) -> None:
    road = build_road(load_settings())
    actor = identify(road, None).name
    _refuse_shared_os_user(name, os_user)
    operator, _ = Operator.objects.update_or_create(
        name=name, defaults={"role": role, "os_user": os_user, "display": display or name, "active": True}
    )
    if ask_password:
        set_password(operator, _new_password(name))
    fields = {"name": name, "role": role, "os_user": os_user}
    append([NewEvent("operator.registered", actor, fields=fields)], road.tools.clock.now())
    screen.say(f"{name} is registered as {role}", f"{name} を {role} として登録しました")
    screen.data(fields)


@command(operators, "password", en="Set an operator's password.", ja="担当者のパスワードを設定します。")
@click.argument("name")
@click.pass_obj
def password(screen: Screen, name: str) -> None:
    road = build_road(load_settings())
    actor = identify(road, None).name
    set_password(operator_by_name(name), _new_password(name))
    append([NewEvent("operator.password_set", actor, fields={"name": name})], road.tools.clock.now())
    screen.say("the password is set", "パスワードを設定しました")
    screen.data({"name": name})


@command(
    operators,
    "remove",
    en="Deactivate an operator; the history stays.",
    ja="担当者を無効にします(履歴は残ります)。",
)
@click.argument("name")
@click.pass_obj
def remove(screen: Screen, name: str) -> None:
    road = build_road(load_settings())
    actor = identify(road, None).name
    Operator.objects.filter(pk=operator_by_name(name).pk).update(active=False)
    append([NewEvent("operator.removed", actor, fields={"name": name})], road.tools.clock.now())
    screen.say(f"{name} is no longer active", f"{name} を無効にしました")
    screen.data({"name": name, "active": False})


def _refuse_shared_os_user(name: str, os_user: str) -> None:
    if os_user and Operator.objects.filter(os_user=os_user, active=True).exclude(name=name).exists():
        raise BadInput(
            "operator.os_user_taken",
            Text("another operator has this user", "この OS ユーザは別の担当者のものです"),
            Text("one user is one person: use each person's own", "担当者ごとに自分の OS ユーザを使う"),
            target=os_user,
        )


def _new_password(name: str) -> Secret:
    """Typed twice at a terminal, or one line from standard input."""
    if sys.stdin.isatty():
        label = tr(f"new password of {name}", f"{name} の新しいパスワード")
        typed = click.prompt(label, hide_input=True, confirmation_prompt=True, err=True)
    else:
        typed = sys.stdin.readline().rstrip("\n")
    if len(typed) < LEAST_PASSWORD_LENGTH:
        raise BadInput(
            "operator.password_short",
            Text("the password is too short", "パスワードが短すぎます"),
            Text(
                f"take {LEAST_PASSWORD_LENGTH} characters or more", f"{LEAST_PASSWORD_LENGTH} 文字以上にする"
            ),
            target=name,
        )
    return Secret(typed)
