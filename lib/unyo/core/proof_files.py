"""The proof of passwords as files: a page, a workbook, the list of accounts as CSV."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from unyo.core.dates import in_jst
from unyo.core.proof import Proof
from unyo.core.proof_page import proof_html
from unyo.core.proof_tables import account_table, proof_tables
from unyo.core.table import book_bytes, csv_bytes
from unyo.core.text import Language


class ProofForm(StrEnum):
    """A kind of file."""

    HTML = "html"
    XLSX = "xlsx"
    CSV = "csv"


_WRITERS: Mapping[ProofForm, Callable[[Proof, Language], bytes]] = {
    ProofForm.HTML: proof_html,
    ProofForm.XLSX: lambda proof, language: book_bytes(proof_tables(proof), language),
    ProofForm.CSV: lambda proof, language: csv_bytes(account_table(proof), language),
}


def proof_files(proof: Proof, language: Language, forms: Sequence[ProofForm]) -> dict[str, bytes]:
    """File name → content; the names begin with the instant of the proof."""
    stamp = f"{in_jst(proof.at):%Y%m%d-%H%M%S}"
    return {f"{stamp}-passwords-proof.{form}": _WRITERS[form](proof, language) for form in forms}
