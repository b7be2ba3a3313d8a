"""Names of secrets: which may be sealed, and what is said where nothing opens."""

from __future__ import annotations

from collections.abc import Sequence

from unyo.core.errors import BadInput, NotFound, Refused
from unyo.core.sealed import SealedRow
from unyo.core.secret import VERSION, SecretRef
from unyo.core.secret_state import SecretState
from unyo.core.text import Text

LONGEST = 200


def check_name(ref: SecretRef) -> None:
    """BadInput where no ledger could hold the name, or where it would be read as a version."""
    path = ref.path
    if path and len(path) <= LONGEST and path.isprintable() and VERSION not in path:
        return
    raise BadInput(
        "vault.name",
        Text("this cannot be the name of a secret", "秘密情報の名前として使えません"),
        Text(
            f"1 to {LONGEST} printable characters without {VERSION}",
            f"1〜{LONGEST} 文字の表示可能な文字({VERSION} を除く)",
        ),
        target=path[:LONGEST],
    )


def check_plain(rows: Sequence[SealedRow]) -> Sequence[SealedRow]:
    """The rows; Refused where one is an account's password with a state, which only the books may change."""
    for row in rows:
        if row.state:
            raise Refused(
                "vault.has_states",
                Text(
                    "this is an account's password, proven by log-on; it cannot be replaced by hand",
                    "ログオンで確認するアカウントのパスワードのため、手作業では変更できません",
                ),
                Text(
                    f"take another password over: unyo passwords adopt {row.path}",
                    f"別のパスワードの取込み: unyo passwords adopt {row.path}",
                ),
                target=row.path,
            )
    return rows


def unknown(ref: SecretRef, rows: Sequence[SealedRow]) -> NotFound:
    """The error where nothing opens under this name; it says what there is."""
    if ref.version is not None:
        return _no_version(ref, rows)
    if not any(row.is_kept and row.state for row in rows):
        return NotFound(
            "vault.unknown",
            Text("nothing is sealed under this name", "この名前で封印された情報はありません"),
            Text("seal it: unyo vault seal NAME", "封印: unyo vault seal 名前"),
            target=ref.path,
        )
    listed = [(row.version, SecretState(row.state)) for row in rows if row.is_kept and row.state]
    en = ", ".join(f"{number} {state}" for number, state in listed[:5])
    if any(state is SecretState.TORN for _, state in listed):
        what = Text(f"no known password works ({en})", f"既知のパスワードがすべて一致しません({en})")
    else:
        what = Text(f"no version was proven yet ({en})", f"ログオンで確認した版がまだありません({en})")
    return NotFound(
        "vault.not_proven",
        what,
        Text(
            f"prove one: unyo run passwords.verify --path {ref.path}, or unyo passwords adopt {ref.path}",
            f"確認: unyo run passwords.verify --path {ref.path}、または unyo passwords adopt {ref.path}",
        ),
        target=ref.path,
    )


def _no_version(ref: SecretRef, rows: Sequence[SealedRow]) -> NotFound:
    kept = ", ".join(str(row.version) for row in rows if row.is_kept) or "-"
    gone = any(row.version == ref.version for row in rows)
    what = (
        Text("this version was destroyed", "この版は破棄済みです")
        if gone
        else Text("there is no such version", "その版はありません")
    )
    return NotFound(
        "vault.no_version",
        what,
        Text(f"versions that open: {kept}", f"開ける版: {kept}"),
        target=ref.path,
    )
