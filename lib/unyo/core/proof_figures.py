"""The figures of the proof of passwords, each with the rows behind it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from unyo.core.proof import AccountRow, Proof
from unyo.core.text import Text


@dataclass(frozen=True, slots=True)
class ProofFigure:
    """A number with the rows behind it."""

    label: Text
    rows: tuple[int, ...]

    @property
    def count(self) -> int:
        return len(self.rows)


def figures(proof: Proof) -> tuple[ProofFigure, ...]:
    days = proof.proven_within.days
    limit = proof.at - proof.proven_within

    def those(label: Text, test: Callable[[AccountRow], bool]) -> ProofFigure:
        return ProofFigure(label, tuple(row.number for row in proof.rows if test(row)))

    return (
        those(Text("accounts", "アカウント総数"), lambda _: True),
        those(
            Text(f"proven by log-on within {days} days", f"{days} 日以内にログオン確認済み"),
            lambda row: row.proven_at is not None and row.proven_at >= limit,
        ),
        those(
            Text("ever proven by log-on", "ログオン確認の実績あり"), lambda row: row.verified_at is not None
        ),
        those(
            Text("within the age that the policy allows", "ポリシーの有効期間内"),
            lambda row: row.standing.in_force is not None and not row.is_over_age,
        ),
        those(Text("over that age", "有効期間超過"), lambda row: row.is_over_age),
        those(Text("not set by unyo yet", "unyo による設定なし"), lambda row: row.version is None),
        those(Text("sent, not proven (open)", "送信済み・未確認"), lambda row: row.is_unknown),
        those(Text("no known password works (torn)", "既知のパスワードが不一致"), lambda row: row.is_torn),
        those(Text("set by somebody else since", "他者による変更の疑い"), lambda row: row.set_otherwise),
        those(
            Text("with a trouble that was noted", "問題の記録あり"),
            lambda row: row.standing.trouble is not None,
        ),
        those(Text("checked out now", "払出し中"), lambda row: row.standing.checked_out),
        those(
            Text("to be renewed for a reason", "変更予定(理由あり)"),
            lambda row: row.standing.rotate_by is not None,
        ),
        those(Text("read by a person at least once", "閲覧された実績あり"), lambda row: row.readings > 0),
    )


def ranges(rows: Collection[int]) -> list[tuple[int, int]]:
    """Row numbers as runs: 1, 2, 3, 7 → (1, 3), (7, 7)."""
    found: list[tuple[int, int]] = []
    for number in sorted(rows):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
