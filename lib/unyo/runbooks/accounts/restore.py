"""Restore suspended or removed accounts to the place and the groups they had."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from unyo.core.change import Change
from unyo.core.errors import Refused
from unyo.core.params import option
from unyo.core.plan import Finding
from unyo.core.risk import Risk
from unyo.core.runbook import Pace
from unyo.core.text import Text
from unyo.core.tools import Tools
from unyo.runbooks.accounts.rules.marks import restored
from unyo.runbooks.accounts.rules.office import Office, OfficeRunbook, change_of, odd, once_each


@dataclass(frozen=True)
class RestoreParams:
    """Whose accounts."""

    staff_number: tuple[str, ...] = option(Text("staff numbers", "職員番号"))


class Restore(OfficeRunbook[RestoreParams]):
    """The way back from accounts.suspend and, within the grace period, from accounts.remove."""

    title = Text("restore suspended accounts", "停止したアカウントの復活")
    Params = RestoreParams
    risk = Risk.GUARDED
    pace = Pace(canary=1, wave=100, batch=25)

    def numbers(self, params: RestoreParams) -> Sequence[str]:
        return once_each(params.staff_number)

    def proposals(self, params: RestoreParams, office: Office, tools: Tools) -> Iterator[Change | Finding]:
        for number in self.numbers(params):
            now = office.account(number)
            if now["enabled"]:
                yield change_of(number, now, {"enabled": True}, "restore")
                continue
            if not now["former"]:
                raise _nothing_noted(number)
            state = restored(now["former"])
            if office.places.dn_of(str(state.get("place", now["place"]))) is None:
                yield odd(
                    "accounts.department_gone",
                    number,
                    f"department {state['place']} is closed; the account stays where it is: use accounts.move",
                    f"停止前の部署 {state['place']} は廃止済みのため移動しません(accounts.move を使う)",
                )
                state = {key: value for key, value in state.items() if key not in ("place", "cn")}
            yield change_of(number, now, state, "restore")


def _nothing_noted(number: str) -> Refused:
    return Refused(
        "accounts.nothing_noted",
        Text(
            "the account does not say what it was before: it was not suspended by unyo",
            "停止前の状態がアカウントに残っていません(unyo 以外で停止)",
        ),
        Text(
            "undo the job that disabled it, or use accounts.move and enable it by hand",
            "停止したジョブを取り消すか、accounts.move と手作業で有効化する",
        ),
        target=number,
    )
