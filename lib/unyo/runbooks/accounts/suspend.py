"""Suspend accounts where they stand: disabled, out of their groups; what they had is noted for the return."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from unyo.core.change import Change
from unyo.core.params import option
from unyo.core.plan import Finding
from unyo.core.risk import Risk
from unyo.core.runbook import Pace
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.marks import former_of
from unyo.runbooks.accounts.rules.office import Office, OfficeRunbook, change_of, once_each


@dataclass(frozen=True)
class SuspendParams:
    """Whose accounts."""

    staff_number: tuple[str, ...] = option(Text("staff numbers", "職員番号"))


class Suspend(OfficeRunbook[SuspendParams]):
    """Back again with accounts.restore, whatever becomes of the ledger."""

    title = Text("suspend accounts", "アカウントの停止")
    Params = SuspendParams
    risk = Risk.GUARDED
    pace = Pace(canary=1, wave=100, batch=25)

    def numbers(self, params: SuspendParams) -> Sequence[str]:
        return once_each(params.staff_number)

    def proposals(self, params: SuspendParams, office: Office, tools: Tools) -> Iterator[Change | Finding]:
        for number in self.numbers(params):
            now = office.account(number)
            noted = {"groups": [], "former": former_of(now)} if now["enabled"] else {}
            yield change_of(number, now, {"enabled": False, **noted}, "suspend")
