"""The people in the proof of passwords: who could read, who did, who held what."""

from __future__ import annotations

from collections.abc import Iterable

from unyo.core.proof import Access, Proof
from unyo.core.proof_words import approver, instant_in, local, rows_text
from unyo.core.risk import Risk
from unyo.core.table import Cell, Table
from unyo.core.text import Text


def access_table(proof: Proof) -> Table:
    """Each different rule once, with the people it means today and the rows it holds for."""
    by_access: dict[Access, list[int]] = {}
    for row in proof.rows:
        by_access.setdefault(row.access, []).append(row.number)
    rows = [_access(proof, access, numbers) for access, numbers in by_access.items()]
    rows += _others(proof)
    return Table(
        Text("Who could read", "閲覧できる人"),
        Text(
            "By the policy of today: who may ask, who must agree. Besides them, whoever has both the vault's key "
            "and the ledger on the server can open what is sealed.",
            "現在のポリシーによる申請者と承認者。ほかに、サーバ上の保管庫の鍵と台帳の両方を扱える人は復号できます。",
        ),
        (
            *(Text("people", "対象者"), Text("way", "方法"), Text("approved by", "承認")),
            *(Text("minutes at most", "最長(分)"), Text("rows", "行番号")),
        ),
        tuple(rows),
    )


def _access(proof: Proof, access: Access, numbers: Iterable[int]) -> tuple[Cell, ...]:
    people = ", ".join(each.name for each in proof.keepers if each.role in access.who)
    agree = [
        each.name
        for each in proof.keepers
        if each.role in (("officer",) if access.risk is Risk.GRAVE else ("operator", "officer"))
    ]
    named = "" if access.risk is Risk.ROUTINE else f": {', '.join(agree) or '-'}"
    said = approver(access.risk)
    if not access.who:
        nobody = Text("nobody", "なし(払出し不可)")
        return (nobody, Text("check-out", "払出し"), "", None, rows_text(tuple(numbers)))
    return (
        people or "-",
        Text("check-out", "払出し"),
        Text(said.en + named, said.ja + named),
        int(access.longest.total_seconds() // 60),
        rows_text(tuple(numbers)),
    )


def _others(proof: Proof) -> list[tuple[Cell, ...]]:
    export = proof.break_glass
    if export is None:
        return []
    holders, made = export.get("holders") or [], instant_in(export.get("at"))
    at = made if isinstance(made, str) else f"{made:%Y-%m-%d %H:%M}"
    named = ", ".join(map(str, holders)) if isinstance(holders, list) else str(holders)
    way = Text(
        f"break-glass export of {at}, {export.get('needed')} of them together",
        f"緊急時の持出し({at})、{export.get('needed')} 人がそろった場合",
    )
    return [(named, way, "", None, rows_text(tuple(row.number for row in proof.rows)))]


def reading_table(proof: Proof) -> Table:
    numbers = {row.credential.path: row.number for row in proof.rows}
    rows = tuple(
        (
            *(local(each.at), each.operator, numbers.get(each.path), each.path, each.version),
            *(each.reason, each.ticket, instant_in(each.until), each.seq),
        )
        for each in proof.readings
    )
    return Table(
        Text("Who has read", "閲覧の記録"),
        Text(
            "Every reading is an event that was written before.",
            "閲覧はすべて、表示前にイベントとして記録しています。",
        ),
        (
            *(
                Text("when", "日時"),
                Text("who", "閲覧者"),
                Text("no.", "番号"),
                Text("name in the vault", "保管庫での名前"),
            ),
            *(Text("version", "版"), Text("reason", "理由"), Text("ticket", "受付票"), Text("until", "期限")),
            Text("event", "イベント番号"),
        ),
        rows,
    )


def checkout_table(proof: Proof) -> Table:
    numbers = {row.credential.path: row.number for row in proof.rows}
    rows = tuple(
        (
            *(each.number, numbers.get(each.path), each.label, each.holder, each.state.label),
            *(local(each.requested_at), local(each.shown_at), local(each.until), local(each.ended_at)),
            Text("not yet", "未実施") if each.awaits_rotation else local(each.settled_at),
            *(each.reason, each.ticket),
        )
        for each in proof.checkouts
    )
    return Table(
        Text("Check-outs", "払出しの記録"),
        Text("What was read is renewed after its end.", "閲覧されたパスワードは払出し終了後に変更します。"),
        (
            *(Text("check-out", "払出し番号"), Text("no.", "番号"), Text("account", "アカウント")),
            *(
                Text("holder", "利用者"),
                Text("state", "状態"),
                Text("asked for", "申請"),
                Text("read", "閲覧"),
            ),
            *(Text("until", "期限"), Text("ended", "終了"), Text("renewed", "変更"), Text("reason", "理由")),
            Text("ticket", "受付票"),
        ),
        rows,
    )
