"""Proof by log-on: three new people sign in for the first time and choose passwords of their own."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from typing import Any

from unyo.core.directory import Logon
from unyo.core.secret import Secret, SecretRef
from unyo.lab.demo.desk import say
from unyo.lab.demo.stage import Stage

HOW_MANY = 3


def prove_log_ons(stage: Stage) -> bool:
    """Log on with the sealed initial password, change it as a person must, log on again, and a wrong one."""
    say("three of the new accounts sign in", "新しいアカウントのうち3件でログオンを確認")
    tools = _tools(stage)
    good = True
    for account in _joiners(stage)[:HOW_MANY]:
        ref = SecretRef.from_state(account["after"]["password"])
        assert ref is not None
        upn, initial = account["after"]["upn"], tools.vault.open(ref)
        first = tools.directory.try_logon(upn, initial)
        wrong = tools.directory.try_logon(upn, Secret("not-" + secrets.token_urlsafe(9)))
        own = Secret("Own1-" + secrets.token_urlsafe(12))
        changed = _first_sign_in(stage, upn, initial, own)
        after = tools.directory.try_logon(upn, own) if changed else first
        fine = first in (Logon.MUST_CHANGE, Logon.ACCEPTED) and wrong is Logon.WRONG
        fine = fine and (after is Logon.ACCEPTED or not changed)
        good = good and fine
        mark = "✓" if fine else "!"
        sys.stdout.write(
            f"  {mark} {account['target']['label']} {upn}: initial password → {first}; wrong password → {wrong}"
            f"; own password → {after if changed else '(not tried)'}\n"
        )
    tools.directory.close()
    return good


def _joiners(stage: Stage) -> list[dict[str, Any]]:
    steps = stage.answer("jobs", "show", "2", "--steps")["step_rows"]
    return [step["change"] for step in steps if step["sort"] == "joiner" and step["outcome"] == "DONE"]


def _tools(stage: Stage) -> Any:
    os.environ["UNYO_CONFIG"] = str(stage.settings_file)
    from unyo.settings import load_settings
    from unyo.wiring import build_road

    load_settings.cache_clear()
    return build_road(load_settings()).tools


def _first_sign_in(stage: Stage, upn: str, initial: Secret, own: Secret) -> bool:
    """What a person does at the first log-on, over Kerberos; False where the lab has no Kerberos."""
    config = getattr(stage.directory, "krb5_config", None)
    if config is None:
        return False
    name, _, realm = upn.partition("@")
    typed = f"{initial.reveal()}\n{own.reveal()}\n{own.reveal()}\n"
    environment = {**os.environ, "KRB5_CONFIG": str(config), "KRB5CCNAME": "MEMORY:", "LC_ALL": "C"}
    done = subprocess.run(
        ["kinit", f"{name}@{realm.upper()}"],
        input=typed,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0
