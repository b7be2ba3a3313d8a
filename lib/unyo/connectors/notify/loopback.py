"""Whether an address is this machine's own, where nothing travels over a wire."""

from __future__ import annotations

import ipaddress


def is_loopback(host: str) -> bool:
    """By its spelling alone: a name that only happens to lead here may lead elsewhere tomorrow."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
