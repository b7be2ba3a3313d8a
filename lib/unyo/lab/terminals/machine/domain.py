"""The one domain that simulated terminals can join, and who may join them to it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, repr=False)
class Domain:
    """A domain by name only: terminals join it, nothing answers for it."""

    name: str = "lab.unyo.test"
    user: str = "join"
    password: str = "Join-pass.0001"
    passwords: dict[str, str] = field(default_factory=dict)
    """Of accounts that services of terminals run under, by folded name; others are never held against anything."""

    @property
    def netbios(self) -> str:
        return self.name.partition(".")[0].upper()[:15]

    def admits(self, user: str, password: str) -> bool:
        """Whether this account, as ``name``, ``DOMAIN\\name`` or ``name@domain``, may join computers."""
        name = user.lower()
        spellings = (
            self.user,
            f"{self.netbios}\\{self.user}",
            f"{self.name}\\{self.user}",
            f"{self.user}@{self.name}",
        )
        return name in (spelling.lower() for spelling in spellings) and password == self.password
