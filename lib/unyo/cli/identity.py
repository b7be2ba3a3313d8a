"""Who is at the keyboard: by the operating system's user, or by name and password."""

from __future__ import annotations

import sys
import time

import click

from unyo.cli.screen import tr
from unyo.core.errors import Refused
from unyo.core.secret import Secret
from unyo.core.text import Text
from unyo.flow.context import Road
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import Operator
from unyo.ledger.operators import operator_by_name, operator_of_os_user, password_fits
from unyo.settings import who_runs_this

WRONG_PASSWORD_SECONDS = 1.0


def identify(road: Road, name: str | None) -> Operator:
    """The operator who speaks: the one of this operating-system user, or ``name`` after a password check.

    A password is asked for at the terminal, or read as one line from standard input where that is none.
    """
    user = who_runs_this()
    if name is None:
        return operator_of_os_user(user)
    operator = operator_by_name(name)
    if operator.os_user and operator.os_user == user:
        return operator
    if not password_fits(operator, _ask(name)):
        append([NewEvent("operator.wrong_password", name, fields={"os_user": user})], road.tools.clock.now())
        time.sleep(WRONG_PASSWORD_SECONDS)
        raise Refused(
            "operator.password",
            Text("the password is wrong", "パスワードが違います"),
            Text(
                "try again, or set it anew: unyo operators password",
                "再入力するか unyo operators password で再設定",
            ),
            target=name,
        )
    return operator


def _ask(name: str) -> Secret:
    if sys.stdin.isatty():
        typed = click.prompt(tr(f"password of {name}", f"{name} のパスワード"), hide_input=True, err=True)
    else:
        typed = sys.stdin.readline().rstrip("\n")
    return Secret(typed or " ")
