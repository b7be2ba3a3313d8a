"""One light Linux host as its users see it: where it answers, its first passwords, and the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from unyo.core.credential import AccountKind, Credential
from unyo.core.secret import Secret, SecretRef
from unyo.lab import shadow


@dataclass(frozen=True, slots=True)
class LinuxHost:
    """One running host; ``passwords`` are the first ones by account, ``root`` its files as seen from here.

    A ``strict`` one locks accounts after bad log-ons (faillock) and refuses passwords that were used before.
    """

    name: str
    address: str
    port: int
    host_key: str
    passwords: Mapping[str, Secret]
    strict: bool
    interface: str
    pid: int
    root: Path = field(default_factory=Path)

    def takes(self, account: str, password: Secret) -> bool:
        """Whether this password logs the account in, by its line in shadow: no try is made."""
        return shadow.opens(self._line(account), password)

    @property
    def shadow(self) -> Path:
        """To be kept and written back where an old image is to be played."""
        return self.root / "etc/shadow"

    @property
    def failures(self) -> int:
        """How many bad log-ons faillock counts now, over all accounts."""
        places = (self.root / "run/faillock").glob("*")
        return sum(len(place.read_bytes()) // 64 for place in places)

    def credential(self, account: str, via: str = "") -> Credential:
        """The account as the ledger would give it."""
        return Credential(
            AccountKind.LINUX,
            self.name,
            account,
            f"passwords/{self.name}/{account}",
            f"{account}@{self.name}",
            address=self.address,
            port=self.port,
            via=f"passwords/{self.name}/{via}" if via else "",
            initial=SecretRef(f"passwords/{self.name}/{account}"),
            options={"host_key": self.host_key},
        )

    def _line(self, account: str) -> str:
        for line in self.shadow.read_text(encoding="utf-8").splitlines():
            if line.startswith(f"{account}:"):
                return line
        raise KeyError(account)
