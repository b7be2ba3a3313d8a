"""Which servers unyo believes: authority and name are verified, over TLS 1.2 or newer, whatever the system allows."""

from __future__ import annotations

import ssl


def trusting(ca_file: str = "") -> ssl.SSLContext:
    """A client's context; the machine's own authorities without a file (PEM). OSError, SSLError for a bad one."""
    context = ssl.create_default_context(cafile=ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
