"""What a Linux server tells of an account: last set, locked, and what its lock-out policy is."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime, timedelta, timezone

from unyo.connectors.ssh import fault_texts as texts
from unyo.connectors.ssh.session import Session
from unyo.connectors.ssh.ways import ASKED, PATHS, no_start
from unyo.core.errors import UnyoError
from unyo.core.hand import AccountFacts, LockoutPolicy
from unyo.core.secret import Secret
from unyo.core.text import Text

_FACTS = f"""
LC_ALL=C PATH={PATHS}
export LC_ALL PATH
getent passwd "$1" >/dev/null && echo exists=yes
line=$(getent shadow "$1" 2>/dev/null)
if [ "$line" ]; then
  printf "shadow=%s\\n" "$(printf %s "$line" | cut -d: -f2 | cut -c1):$(printf %s "$line" | cut -d: -f3-8)"
else
  passwd -S 2>/dev/null | sed "s/^/status=/"
fi
usepam=$(sshd -T 2>/dev/null | grep -i "^usepam")
[ "$usepam" ] || usepam=$(grep -ihE "^ *usepam" /etc/ssh/sshd_config.d/*.conf /etc/ssh/sshd_config 2>/dev/null | head -n 1)
echo "sshd=$usepam"
cd /etc/pam.d 2>/dev/null && grep -hE "^[^#]*pam_faillock" sshd common-auth password-auth system-auth 2>/dev/null | sed "s/^/pam=/"
grep -hE "^ *[a-z_]+" /etc/security/faillock.conf 2>/dev/null | sed "s/^/conf=/"
faillock --user "$1" 2>/dev/null | sed "s/^/failed=/"
[ -S /run/fail2ban/fail2ban.sock ] && echo ban=yes
echo facts=end
"""
_START = """
LC_ALL=C
export LC_ALL
if [ "$2" = sudo ] && [ "$(id -u)" != 0 ]; then exec sudo -S -p unyo:sudo: -- sh -c "$3" sh "$1"; fi
exec sh -c "$3" sh "$1"
"""
_NEVER = LockoutPolicy(0, timedelta(0))
_DENY, _WITHIN, _UNLOCK = 3, 900, 600  # faillock's own values
_STATUS = re.compile(r"^\S+ (?P<state>L|LK|NP|P|PS) (?P<date>\S+)")


def read_facts(
    session: Session, account: str, sudo: bool, signed_on: Secret, target: str
) -> AccountFacts | UnyoError:
    """Changes nothing; where the session has no right to read something, it stays unknown."""
    talk = session.start(_START, account, "sudo" if sudo else "own", _FACTS)
    place, said = talk.until("facts=end", ASKED)
    if place == 1:
        talk.tell(signed_on)
        place, said = talk.until("facts=end", ASKED)
        if place == 1:
            return texts.SUDO_PASSWORD.said_no(target)
    if place < 0:
        return no_start(said, target)
    told = defaultdict[str, list[str]](list)
    for line in said.splitlines():
        name, _, value = line.partition("=")
        told[name].append(value)
    if not told["exists"]:
        return AccountFacts(exists=False)
    return _facts(account, told)


def _facts(account: str, told: dict[str, list[str]]) -> AccountFacts:
    lockout = _lockout(account, told)
    failures = sum(line.rstrip().endswith(" V") for line in told["failed"])
    locks = lockout is not None and 0 < lockout.threshold <= failures
    enabled, last_set, notes = _shadow(told)
    if told["ban"]:
        notes.append(
            Text(
                "fail2ban runs there: bad log-ons may shut this machine out",
                "fail2ban が動作中: ログオン失敗が続くと、この機械からの接続が遮断されます",
            )
        )
    return AccountFacts(
        enabled=enabled,
        locked=locks if told["shadow"] else None,
        last_set=last_set,
        bad_logons=failures if told["shadow"] else None,
        lockout=lockout,
        notes=tuple(notes),
    )


def _shadow(told: dict[str, list[str]]) -> tuple[bool | None, datetime | None, list[Text]]:
    """Whether it has a password that counts, when it was set, what is odd."""
    if told["shadow"]:
        mark, day, *_ = told["shadow"][0].split(":")
        if day == "0":
            return mark not in "!*", None, [_MUST_CHANGE]
        return mark not in "!*", _day(day), []
    status = _STATUS.match(told["status"][0]) if told["status"] else None
    if status is None:
        return None, None, []
    return status["state"] in ("P", "PS"), _date(status["date"]), []


_MUST_CHANGE = Text(
    "it must change its password at its next log-on", "次回ログオン時にパスワードの変更が必要です"
)


def _day(text: str) -> datetime | None:
    return datetime.fromtimestamp(int(text) * 86_400, timezone.utc) if text.isdecimal() else None


def _date(text: str) -> datetime | None:
    for form in ("%Y-%m-%d", "%m/%d/%Y"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=timezone.utc)
        except ValueError:
            continue
    return None


def _lockout(account: str, told: dict[str, list[str]]) -> LockoutPolicy:
    """faillock's rule, where sshd asks PAM and PAM asks faillock; options in PAM win over its own file."""
    uses_pam = any("yes" in line.lower() for line in told["sshd"])
    if not uses_pam or not told["pam"]:
        return _NEVER
    given = dict(_setting(line) for line in told["conf"])
    for line in told["pam"]:
        given |= dict(_setting(word) for word in line.split() if "pam_" not in word)
    if account == "root" and "even_deny_root" not in given and "root_unlock_time" not in given:
        return _NEVER
    unlock = given.get("unlock_time", "")
    if account == "root":
        unlock = given.get("root_unlock_time", unlock)
    seconds = _number(unlock, _UNLOCK) if unlock != "never" else 0
    return LockoutPolicy(
        _number(given.get("deny", ""), _DENY),
        timedelta(seconds=_number(given.get("fail_interval", ""), _WITHIN)),
        timedelta(seconds=seconds) if seconds else None,
    )


def _setting(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip(), value.strip()


def _number(text: str, default: int) -> int:
    return int(text) if text.isdecimal() else default
