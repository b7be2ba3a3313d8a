"""The proof of passwords as tables: figures with their rows, accounts oldest first, what is to be looked at."""

from __future__ import annotations

from unyo.core.dates import in_jst
from unyo.core.proof import AccountRow, Proof
from unyo.core.proof_figures import figures
from unyo.core.proof_people import access_table, checkout_table, reading_table
from unyo.core.proof_words import approver, local, roles, rows_text
from unyo.core.table import Cell, Table
from unyo.core.text import Text


def proof_tables(proof: Proof) -> tuple[Table, ...]:
    """In the order in which they are read; the second is the one with all accounts."""
    return (
        figure_table(proof),
        account_table(proof),
        _trouble_table(proof),
        access_table(proof),
        reading_table(proof),
        checkout_table(proof),
    )


def figure_table(proof: Proof) -> Table:
    total = len(proof.rows) or 1
    rows = tuple(
        (figure.label, figure.count, f"{100 * figure.count / total:.1f} %", rows_text(figure.rows))
        for figure in figures(proof)
    )
    return Table(
        Text("Figures", "集計"),
        _taken(proof),
        (
            *(Text("figure", "項目"), Text("accounts", "件数"), Text("share", "割合")),
            Text("rows of the list of accounts", "アカウント一覧の行番号"),
        ),
        rows,
    )


def _taken(proof: Proof) -> Text:
    at, (seq, hash) = f"{in_jst(proof.at):%Y-%m-%d %H:%M}", proof.head
    who = f"{proof.organisation}  " if proof.organisation else ""
    return Text(
        f"{who}As of {at} JST; event log up to no. {seq}, hash {hash} (check: unyo audit verify). "
        "No password stands in this report.",
        f"{who}{at}(日本時間)現在。イベント記録 {seq} 番まで、ハッシュ {hash}(検証: unyo audit verify)。"
        "この報告書にパスワードは含まれません。",
    )


def account_table(proof: Proof) -> Table:
    return Table(
        Text("Accounts", "アカウント一覧"),
        Text(
            "The oldest password first; before them those never set.",
            "パスワードの古い順(設定なしを先頭に表示)。",
        ),
        (
            *(
                Text("no.", "番号"),
                Text("kind", "種別"),
                Text("system", "システム"),
                Text("account", "アカウント"),
            ),
            *(Text("state", "状態"), Text("age in days", "経過日数"), Text("allowed days", "有効期間(日)")),
            *(Text("set", "設定日時"), Text("proven", "ログオン確認日時"), Text("by", "確認方法")),
            *(
                Text("set as the system tells", "システムの最終設定日時"),
                Text("may be asked for by", "申請できる役割"),
            ),
            *(
                Text("approved by", "承認"),
                Text("read (times)", "閲覧回数"),
                Text("check-outs", "払出し回数"),
            ),
            *(Text("held by", "払出し先"), Text("to be renewed by", "変更期限"), Text("because", "変更理由")),
            Text("name in the vault", "保管庫での名前"),
        ),
        tuple(_account(row) for row in proof.rows),
    )


def _account(row: AccountRow) -> tuple[Cell, ...]:
    version, standing = row.version, row.standing
    return (
        *(row.number, row.credential.kind.label, _system(row), row.credential.account),
        *(row.state, row.age.days if row.age is not None else None),
        row.max_age.days if row.max_age is not None else Text("any", "期限なし"),
        *(local(row.set_at), local(row.verified_at), version.verified_by if version else ""),
        *(
            local(standing.last_set),
            roles(row.access.who),
            approver(row.access.risk) if row.access.who else "",
        ),
        *(row.readings, row.checkouts, row.holder),
        *(local(standing.rotate_by), standing.rotate_reason, row.credential.path),
    )


def _system(row: AccountRow) -> str:
    """The label without the account, which has a column of its own."""
    return row.credential.label.removesuffix(row.credential.account).strip() or row.credential.system


def _trouble_table(proof: Proof) -> Table:
    rows = tuple(_trouble(row) for row in proof.rows if row.needs_attention)
    return Table(
        Text("To be looked at", "要確認"),
        Text(
            "Unreachable, unproven, torn, or set by others; with the reason and since when.",
            "応答なし・未確認・不一致・他者による変更の疑い。理由と発生日時。",
        ),
        (
            *(
                Text("no.", "番号"),
                Text("account", "アカウント"),
                Text("state", "状態"),
                Text("code", "コード"),
            ),
            *(Text("reason", "理由"), Text("since", "発生日時"), Text("versions not proven", "未確認の版")),
        ),
        rows,
    )


def _trouble(row: AccountRow) -> tuple[Cell, ...]:
    standing = row.standing
    since = standing.trouble_since or next((each.sealed_at for each in standing.open), None)
    return (
        *(row.number, row.credential.label, row.state, standing.trouble_code),
        *(standing.trouble or _reason(row), local(since)),
        ", ".join(f"{each.number} {each.state}" for each in standing.open),
    )


def _reason(row: AccountRow) -> Text:
    if row.is_torn:
        return Text("no known password works", "既知のパスワードがすべて不一致")
    if row.is_unknown:
        return Text("sent, and no log-on has proven it yet", "送信済みでログオン未確認")
    if row.set_otherwise:
        return Text(
            "the system tells of a change later than unyo's own", "unyo の設定より後に変更されています"
        )
    return Text("unyo has set no password yet", "unyo による設定がまだありません")
