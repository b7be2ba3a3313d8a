"""What the lines of a device's configuration tell of an account, and what a person should know of them."""

from __future__ import annotations

import re
from datetime import timedelta

from unyo.connectors.network.account import Account
from unyo.core.hand import AccountFacts, LockoutPolicy
from unyo.core.text import Text

_BLOCK = re.compile(r"login block-for (\d+) attempts (\d+) within (\d+)")
_FAILURES = re.compile(r"Login failures for current window:\s*(\d+)")
_PRIVILEGE = r"^username {account} (?:.* )?privilege (\d+)"

UNSAVED = Text(
    "running and start-up configuration differ: a restart would bring an old password back",
    "ランニングコンフィグとスタートアップコンフィグが異なります。再起動すると古いパスワードに戻ります",
)
READABLE = Text(
    "the password is kept in a readable form (type 0 or 7)",
    "パスワードが復元できる形式(type 0 / 7)で保存されています",
)
WEAK_HASH = Text("its hash is of type 5 (MD5)", "ハッシュが type 5 (MD5) です")
NOT_ENCRYPTED = Text(
    "service password-encryption is off: readable passwords are shown as they are",
    "service password-encryption が無効です(復元可能なパスワードが平文で表示されます)",
)
COMMANDS_LOGGED = Text(
    "the device sends configuration commands to its log without hidekeys: passwords can stand there",
    "設定コマンドが hidekeys なしでログに送られています(パスワードがログに残る可能性)",
)


def facts_of(account: Account, running: list[str], startup: list[str], login: list[str]) -> AccountFacts:
    """From the three listings that the driver asks for."""
    stored = account.stored(running)
    readable = account.is_readable(running)
    failures = next((int(found[1]) for line in login if (found := _FAILURES.search(line))), None)
    return AccountFacts(
        exists=stored is not None or readable,
        enabled=stored is not None or readable,
        locked=None,
        bad_logons=failures,
        lockout=lockout_of(running),
        notes=tuple(_notes(account, running, startup)),
    )


def lockout_of(running: list[str]) -> LockoutPolicy:
    """``login block-for`` counts bad log-ons of all accounts together, and blocks all of them."""
    found = next((found for line in running if (found := _BLOCK.search(line))), None)
    if found is None:
        return LockoutPolicy(0, timedelta(0))
    seconds, tries, within = (int(each) for each in found.groups())
    return LockoutPolicy(tries, timedelta(seconds=within), timedelta(seconds=seconds))


def is_unsaved(account: Account, running: list[str], startup: list[str]) -> bool:
    return account.stored(running) != account.stored(startup)


def _notes(account: Account, running: list[str], startup: list[str]) -> list[Text]:
    stored, found = account.stored(running), []
    saved = {line.strip() for line in startup}
    kept = [line for line in running if line.startswith(("username ", "enable "))]
    if is_unsaved(account, running, startup) or any(line.strip() not in saved for line in kept):
        found.append(UNSAVED)
    if account.is_readable(running):
        found.append(READABLE)
    if stored is not None and stored.kind == "5":
        found.append(WEAK_HASH)
    level = _privilege(account, running)
    if level is not None:
        found.append(Text(f"privilege {level}", f"権限レベル {level}"))
    text = "\n".join(running)
    if "no service password-encryption" in text:
        found.append(NOT_ENCRYPTED)
    if re.search(r"^ *notify syslog", text, re.MULTILINE) and "hidekeys" not in text:
        found.append(COMMANDS_LOGGED)
    return found


def _privilege(account: Account, running: list[str]) -> int | None:
    if account.credential.role != "login":
        return None
    wanted = re.compile(_PRIVILEGE.format(account=re.escape(account.credential.account)))
    return next((int(found[1]) for line in running if (found := wanted.match(line))), None)
