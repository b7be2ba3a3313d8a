"""Why a directory refused a password: it only says 0000052D, so the rules are read and gone through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from unyo.core.dates import in_jst
from unyo.core.directory import DirectoryFacts, Entry, Modify, PasswordPolicy
from unyo.core.errors import TargetSaidNo, UnyoError
from unyo.core.passwords import PasswordRules, faults_of
from unyo.core.secret import Secret
from unyo.core.text import Text
from unyo.core.ticks import instant_of

CODE = "directory.password.policy"
NAMES = ("sAMAccountName", "displayName")
LAST_SET = "pwdLastSet"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A password that was refused; ``by_owner``: history and minimum age hold, ``history``: history alone."""

    password: Secret
    by_owner: bool
    history: bool
    names: tuple[str, ...]
    last_set: datetime | None
    now: datetime


def causes(attempt: Attempt, policy: PasswordPolicy) -> list[Text]:
    """Each rule that the password breaks; the history can only be inferred where nothing else is broken."""
    names = attempt.names if policy.complexity else ()
    rules = PasswordRules(policy.minimum_length, names, readable=False)
    found = faults_of(attempt.password, rules, policy)
    # The controller tells its time in whole seconds only.
    if attempt.by_owner and attempt.last_set is not None and policy.minimum_age:
        free = attempt.last_set + policy.minimum_age
        if attempt.now < free:
            found.append(
                Text(
                    f"it was changed at {in_jst(attempt.last_set):%Y-%m-%d %H:%M} and may not be changed again before "
                    f"{in_jst(free):%Y-%m-%d %H:%M} (minimum age)",
                    f"前回の変更は {in_jst(attempt.last_set):%Y-%m-%d %H:%M} です。"
                    f"{in_jst(free):%Y-%m-%d %H:%M} まで再変更できません(変更禁止期間)",
                )
            )
    if not found and policy.history and (attempt.by_owner or attempt.history):
        found.append(
            Text(
                f"no other rule is broken, so it is one of the last {policy.history} passwords (history)",
                f"他の規則には違反していないため、過去 {policy.history} 回以内に使ったパスワードです(履歴)",
            )
        )
    return found


def explained(
    write: Modify,
    answer: UnyoError,
    read: Callable[[str, Sequence[str]], Entry | None],
    policy: PasswordPolicy,
    facts: DirectoryFacts,
    now: datetime,
) -> UnyoError:
    """The same refusal with its causes named; ``read`` gives one entry by its name."""
    if write.password is None:
        return answer
    entry = read(write.dn, [*NAMES, LAST_SET]) or Entry(write.dn, {})
    attempt = Attempt(
        write.password,
        by_owner=write.old_password is not None,
        history=write.keep_history and facts.keeps_history,
        names=tuple(value for name in NAMES for value in entry.attributes.get(name, ())),
        last_set=instant_of(int(entry.first(LAST_SET) or 0)),
        now=now,
    )
    return refusal_for(causes(attempt, policy), policy, answer)


def refusal_for(found: Sequence[Text], policy: PasswordPolicy, answer: UnyoError) -> UnyoError:
    """The error that names these causes."""
    rules = Text(
        "a fine-grained policy that unyo may not read" if policy.hidden else (policy.source or "the domain"),
        "unyo から参照できない個別ポリシー" if policy.hidden else (policy.source or "ドメイン"),
    )
    if not found:
        found = [
            Text(
                f"no rule that unyo can read is broken ({rules.en}): a password filter on the controller, or such a policy",
                f"参照できる規則には違反していません({rules.ja})。コントローラのパスワードフィルタ等を確認してください",
            )
        ]
    return TargetSaidNo(
        CODE,
        Text(
            "the password breaks the rules: " + "; ".join(each.en for each in found),
            "パスワードが規則に合いません: " + "、".join(each.ja for each in found),
        ),
        Text(
            f"choose another one (rules of {rules.en}), or let unyo make it",
            f"別のパスワードにするか、unyo に作成させる(適用される規則: {rules.ja})",
        ),
        target=answer.target,
        detail=answer.detail,
    )
