"""Everything but a few addresses, as ranges that a host firewall takes."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from unyo.core.errors import BadSetting
from unyo.core.text import Text

_WHOLE = (
    (ipaddress.IPv4Address, 0, 2**32 - 1),
    (ipaddress.IPv6Address, 0, 2**128 - 1),
)


def all_but(kept: Iterable[str]) -> list[str]:
    """``first-last`` ranges of IPv4 and IPv6 that leave out the kept addresses and networks.

    BadSetting where one of them is no address or network.
    """
    networks = [_network(text) for text in kept]
    found = []
    for kind, lowest, highest in _WHOLE:
        holes = sorted(
            (int(network.network_address), int(network.broadcast_address))
            for network in networks
            if isinstance(network.network_address, kind)
        )
        begin = lowest
        for first, last in holes:
            if first > begin:
                found.append(f"{kind(begin)}-{kind(first - 1)}")
            begin = max(begin, last + 1)
        if begin <= highest:
            found.append(f"{kind(begin)}-{kind(highest)}")
    return found


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise BadSetting(
            "isolation.address",
            Text("this is no address or network", "アドレスまたはネットワークではありません"),
            Text("write 192.0.2.10 or 192.0.2.0/24", "192.0.2.10 または 192.0.2.0/24 と書く"),
            target=text,
        ) from error
