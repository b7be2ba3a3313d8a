"""Passwords that can only be tried behind another log-on (``enable``) are given that account and its password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from unyo.core.credential import AccountKind
from unyo.core.hand import Trial
from unyo.core.tools import Tools

ROLE = "enable"


def behind_others(trials: Sequence[Trial], tools: Tools) -> list[Trial]:
    """The same trials; where the other account has nothing in force yet, it signs on with its first password."""
    paths = {each.credential.via for each in trials if _needs_another(each)}
    if not paths:
        return list(trials)
    known, standings = tools.credentials.named(paths), tools.credentials.standing(paths)

    def completed(trial: Trial) -> Trial:
        via = known.get(trial.credential.via) if _needs_another(trial) else None
        if via is None:
            return trial
        in_force = standings[via.path].in_force
        ref = via.ref.at(in_force.number) if in_force else via.initial or via.ref
        return replace(trial, via=via, sign_on=ref)

    return [completed(each) for each in trials]


def _needs_another(trial: Trial) -> bool:
    credential = trial.credential
    is_behind = credential.kind is AccountKind.NETWORK and credential.role == ROLE
    return is_behind and bool(credential.via) and trial.via is None
