"""The ledger as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Short label, so that tables read ``ledger_job``."""

    name = "unyo.ledger"
    label = "ledger"
