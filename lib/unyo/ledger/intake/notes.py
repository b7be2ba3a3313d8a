"""The findings of one reading, in order, without drowning the reader in repetitions."""

from __future__ import annotations

from collections import Counter

from unyo.core.plan import Finding, Weight
from unyo.core.text import Text

_EACH = 300


class Notes:
    """Collects findings; after 300 of one kind only their number is told."""

    def __init__(self) -> None:
        self._findings: list[Finding] = []
        self._seen: Counter[tuple[str, str]] = Counter()

    def note(self, code: str, text: Text, where: str = "", kind: str = "") -> None:
        self._add(Finding(code, Weight.NOTE, text, where), kind)

    def odd(self, code: str, text: Text, where: str = "", kind: str = "") -> None:
        self._add(Finding(code, Weight.ODD, text, where), kind)

    def _add(self, finding: Finding, kind: str) -> None:
        """``kind`` sets repetitions apart within a code (the character, the heading)."""
        self._seen[finding.code, kind] += 1
        if self._seen[finding.code, kind] <= _EACH:
            self._findings.append(finding)

    def findings(self) -> tuple[Finding, ...]:
        more = [
            Finding(
                code,
                Weight.ODD,
                Text(
                    f"{count - _EACH} more like this {kind}".rstrip(),
                    f"同様の指摘がほかに {count - _EACH} 件 {kind}".rstrip(),
                ),
            )
            for (code, kind), count in self._seen.items()
            if count > _EACH
        ]
        return (*self._findings, *more)
