"""netmiko notes every line that it writes at DEBUG, passwords in configuration commands included: not here."""

from __future__ import annotations

import logging


class _Nothing(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return False


def silence() -> None:
    """Let netmiko's logger say nothing, whatever level and handlers a person gives it; safe to call twice.

    The first filter that says no ends the matter, so this one stands before those of single connections,
    which only know the password of their own log-on.
    """
    logger = logging.getLogger("netmiko")
    if not any(isinstance(each, _Nothing) for each in logger.filters):
        logger.filters.insert(0, _Nothing())
