"""Rename people, as after a marriage: same account, same identifier, new name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from unyo.core.change import Change, State
from unyo.core.errors import BadInput
from unyo.core.params import option
from unyo.core.person import Person, Post
from unyo.core.risk import Risk
from unyo.core.runbook import Pace
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.account_runbook import AccountRunbook
from unyo.runbooks.accounts.rules.book import name_book
from unyo.runbooks.accounts.rules.naming import logon_name
from unyo.runbooks.accounts.rules.one_account import present_state, targets_of
from unyo.runbooks.accounts.rules.policy import account_policy


@dataclass(frozen=True)
class RenameRow:
    """One person's new name."""

    staff_number: str = option(Text("staff number", "職員番号"), column=("職員番号",))
    family_name: str = option(Text("family name", "姓"), column=("姓",))
    family_kana: str = option(Text("family name in kana", "姓カナ"), column=("セイ", "姓カナ"))
    given_name: str | None = option(
        Text("given name (unchanged)", "名(省略時は変更なし)"), default=None, column=("名",)
    )
    given_kana: str | None = option(
        Text("given name in kana (unchanged)", "名カナ(省略時は変更なし)"),
        default=None,
        column=("メイ", "名カナ"),
    )


@dataclass(frozen=True)
class RenameParams:
    """Whose names change."""

    rows: tuple[RenameRow, ...] = option(Text("one row per person", "1人1行"))
    new_logon_name: bool = option(Text("give a new log-on name too", "ログオン名も変える"), default=False)


class Rename(AccountRunbook[RenameParams]):
    """The log-on name stays unless a new one is asked for: profiles on terminals follow it."""

    title = Text("rename people", "氏名変更(改姓)")
    Params = RenameParams
    risk = Risk.GUARDED
    pace = Pace(canary=1, wave=100, batch=25)

    def targets(self, params: RenameParams, tools: Tools) -> Sequence[Target]:
        return targets_of(row.staff_number for row in params.rows)

    def want(self, target: Target, params: RenameParams, tools: Tools) -> State | None:
        row = next(row for row in params.rows if row.staff_number == target.key)
        now = present_state(self, target, tools)
        given = row.given_name or now["given"]
        want = {
            "sam": now["sam"],
            "cn": str(now["cn"]).replace(now["display"] or "", f"{row.family_name} {given}"),
            "family": row.family_name,
            "given": given,
            "display": f"{row.family_name} {given}",
            "family_kana": row.family_kana,
            "given_kana": row.given_kana or now["given_kana"],
        }
        if params.new_logon_name:
            sam = self._new_name(target, want, tools)
            policy = account_policy(tools)
            mail = f"{sam}@{policy.mail_domain}" if policy.mail_domain else now["mail"]
            want |= {"sam": sam, "upn": f"{sam}@{policy.domain}", "mail": mail}
        return want

    def _new_name(self, target: Target, want: State, tools: Tools) -> str:
        policy = account_policy(tools)
        if not want["given_kana"]:
            raise BadInput(
                "accounts.no_kana",
                Text("the account has no kana of the given name", "名のカナがありません"),
                Text("give it: --given-kana", "--given-kana で指定する"),
                target=target.key,
            )
        person = Person(
            target.key, want["family"], want["given"], want["family_kana"], want["given_kana"], (Post(""),)
        )
        book = name_book(tools, policy)
        return logon_name(person, policy, lambda name: book.is_free_for(name, target.key, policy))

    def describe(self, change: Change) -> Change:
        return replace(super().describe(change), sort="rename")
