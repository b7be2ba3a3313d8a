"""Declaring an incident: an event with its reason, which triggers answer."""

from __future__ import annotations

from typing import Any

from unyo.core.credential import Scope
from unyo.core.errors import BadInput, NotFound
from unyo.core.params import params_as_json
from unyo.core.text import Text
from unyo.core.trigger import checked_scope
from unyo.flow.context import Road
from unyo.flow.request import active_operator, ticket_numbered
from unyo.ledger.chain import NewEvent, append
from unyo.ledger.models import Operator


def declare_incident(
    road: Road, by: str, reason: str, scope: dict[str, Any], operator: str = "", ticket: str = ""
) -> int:
    """Write the event; how many accounts are concerned as far as it names them (0 for a person's readings).

    BadInput where neither accounts nor a person are named, or both are.
    """
    actor = active_operator(by)
    chosen = checked_scope(scope)
    if not reason.strip():
        raise _bad("an incident needs a reason", "理由が必要です", '--reason "…"', "--reason 「…」")
    if (chosen is None) == (not operator):
        raise _bad(
            "name the accounts, or an operator whose readings are suspect",
            "対象アカウントか、閲覧が疑われる担当者のどちらか一方を指定してください",
            "--system, --group, --kind … or --operator NAME",
            "--system、--group、--kind など、または --operator 名前",
        )
    concerned = 0 if chosen is None else len(road.tools.credentials.select(chosen))
    if operator and not Operator.objects.filter(name=operator).exists():
        raise NotFound(
            "operator.unknown",
            Text("there is no such operator", "その運用担当者は登録されていません"),
            Text("list them: unyo operators list", "一覧: unyo operators list"),
            target=operator,
        )
    number = ticket_numbered(ticket)
    fields = {
        "about": "operator" if operator else "accounts",
        "operator": operator,
        "scope": _named(chosen),
        "reason": reason.strip(),
        "ticket": number.number if number else None,
    }
    append([NewEvent("incident.declared", actor.name, fields=fields)], road.tools.clock.now())
    return concerned


def _named(scope: Scope | None) -> dict[str, Any]:
    return {name: value for name, value in params_as_json(scope).items() if value} if scope else {}


def _bad(en: str, ja: str, next_en: str, next_ja: str) -> BadInput:
    return BadInput("incident.declare", Text(en, ja), Text(next_en, next_ja))
