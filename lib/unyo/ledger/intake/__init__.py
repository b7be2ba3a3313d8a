"""The personnel department's file: bytes in, a roster with findings out; every bad row is named."""

from unyo.ledger.intake.guard import check_length
from unyo.ledger.intake.mapping import ColumnMapping, load_mapping
from unyo.ledger.intake.merging import carry_withheld, merge_late_rows
from unyo.ledger.intake.reading import Intake, read_personnel_file
from unyo.ledger.intake.rowfaults import BadRow, BadRows

__all__ = [
    "BadRow",
    "BadRows",
    "ColumnMapping",
    "Intake",
    "carry_withheld",
    "check_length",
    "load_mapping",
    "merge_late_rows",
    "read_personnel_file",
]
