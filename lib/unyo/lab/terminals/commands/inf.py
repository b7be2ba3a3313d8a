"""Security templates: the INF files of secedit."""

from __future__ import annotations

from collections.abc import Mapping

Sections = dict[str, dict[str, str]]


def read_inf(data: bytes) -> Sections:
    """Sections and their keys in order, as they are spelled; UTF-16 by its mark, else ANSI."""
    text = (
        data.decode("utf-16")
        if data.startswith((b"\xff\xfe", b"\xfe\xff"))
        else data.decode("cp1252", "replace")
    )
    found: Sections = {}
    section: dict[str, str] = {}
    for line in text.splitlines():
        bare = line.strip()
        if bare.startswith("[") and bare.endswith("]"):
            section = found.setdefault(bare[1:-1], {})
        elif "=" in bare and not bare.startswith(";"):
            name, _, value = bare.partition("=")
            section[name.strip()] = value.strip()
    return found


def write_inf(sections: Mapping[str, Mapping[str, str]]) -> bytes:
    """As secedit exports it: UTF-16 with a mark."""
    lines: list[str] = []
    for name, values in sections.items():
        lines.append(f"[{name}]")
        # Secedit writes the header's own sections without blanks around the sign.
        sign = "=" if name in ("Unicode", "Version") else " = "
        lines += [f"{key}{sign}{value}" for key, value in values.items()]
    return b"\xff\xfe" + "".join(f"{line}\r\n" for line in lines).encode("utf-16-le")
