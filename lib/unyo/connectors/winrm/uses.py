"""Services, tasks, pools and mappings on terminals that run under accounts of the directory: found and renewed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from unyo.connectors.winrm.fleet import WinrmTerminals
from unyo.connectors.winrm.password_answers import uses_in
from unyo.core.errors import UnyoError
from unyo.core.hand import Use
from unyo.core.secret import Secret, SecretRef
from unyo.core.terminal import Answer, Errand, Terminal
from unyo.core.text import Text

SCRIPT = "password"
SECONDS = 120.0
_NEW = SecretRef("new")
_SHOWN = 5


class TerminalPlaces:
    """connectors.directory.uses.Places over the terminals of the ledger: one script on each, however many accounts."""

    def __init__(
        self,
        terminals: WinrmTerminals,
        everywhere: Callable[[], Sequence[Terminal]],
        by_serial: Callable[[Collection[str]], Mapping[str, Terminal]],
    ) -> None:
        self._terminals = terminals
        self._everywhere, self._by_serial = everywhere, by_serial

    def find(self, accounts: Sequence[tuple[str, ...]]) -> list[tuple[tuple[Use, ...], tuple[Text, ...]]]:
        """Per account: where it is used, and what could not be looked at."""
        terminals = self._everywhere()
        if not accounts or not terminals:
            return [((), ()) for _ in accounts]
        names = sorted({name for spellings in accounts for name in spelled(spellings)})
        errands = [Errand(terminal, {"mode": "uses", "names": names}) for terminal in terminals]
        answers = self._terminals.run(SCRIPT, errands, timeout=SECONDS)
        found: dict[str, list[Use]] = defaultdict(list)
        for terminal, answer in zip(terminals, answers, strict=True):
            if not isinstance(answer, UnyoError):
                for use, name in _named(answer, terminal.serial):
                    found[name].append(use)
        notes = tuple(_unseen(terminals, answers))
        return [
            (tuple(use for name in spelled(spellings) for use in found[name]), notes)
            for spellings in accounts
        ]

    def renew(self, account: tuple[str, ...], uses: Sequence[Use], password: Secret) -> tuple[Use, ...]:
        """Write the new password there; those that took it. Never raises for a single place."""
        per_machine: dict[str, list[Use]] = defaultdict(list)
        for use in uses:
            per_machine[use.machine].append(use)
        known = self._by_serial(per_machine)
        names = spelled(account)
        errands = [
            Errand(
                known[serial],
                {"mode": "renew", "names": names, "uses": [{"kind": u.kind, "name": u.name} for u in some]},
                {"new": _NEW},
            )
            for serial, some in per_machine.items()
            if serial in known
        ]
        answers = self._terminals.with_secrets(lambda _: password).run(SCRIPT, errands, timeout=SECONDS)
        renewed = [
            use
            for errand, answer in zip(errands, answers, strict=True)
            if not isinstance(answer, UnyoError)
            for use in uses_in(answer.get("renewed"), errand.terminal.serial)
        ]
        return tuple(use for use in uses if use in renewed)


def spelled(account: Sequence[str]) -> list[str]:
    """All spellings in small letters, the bare name among them: the task scheduler often shows no more."""
    names = [name.lower() for name in account]
    bare = [name.rpartition("\\")[2].partition("@")[0] for name in names]
    return list(dict.fromkeys([*names, *bare]))


def _named(answer: Answer, machine: str) -> list[tuple[Use, str]]:
    """Each use with the account's name as it stands there."""
    listed: Any = answer.get("uses") or []
    items = listed if isinstance(listed, list) else [listed]
    return [
        (Use(str(each["kind"]), machine, str(each["name"])), str(each["account"]).lower()) for each in items
    ]


def _unseen(terminals: Sequence[Terminal], answers: Sequence[Answer | UnyoError]) -> list[Text]:
    """What a reader must know to judge a list of uses: terminals that were not looked at, kinds that failed."""
    away = [t.name for t, answer in zip(terminals, answers, strict=True) if isinstance(answer, UnyoError)]
    partly = [
        t.name
        for t, answer in zip(terminals, answers, strict=True)
        if not isinstance(answer, UnyoError) and answer.get("unread")
    ]
    notes = []
    if away:
        notes.append(
            Text(
                f"not looked at for stored passwords, as they did not answer: {_some(away)}",
                f"応答がなく、使用箇所を確認できない端末: {_some(away)}",
            )
        )
    if partly:
        notes.append(
            Text(
                f"looked at only in part: {_some(partly)}",
                f"使用箇所を一部確認できない端末: {_some(partly)}",
            )
        )
    return notes


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} … ({len(names)})"
