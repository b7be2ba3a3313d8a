"""The files of drive C: with their content, and the folders above them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import lru_cache

from unyo.lab.terminals.machine.overlay import Mark, Overlay, Table

INSTALLED = datetime(2024, 10, 1, 3, 0, tzinfo=timezone.utc)
TEMPORARY = "\\appdata\\local\\temp\\"
ADMINISTRATORS_OWN, TRUSTED_INSTALLER = "S-1-5-32-544", "S-1-5-80-956008885"


@dataclass(frozen=True, slots=True)
class File:
    """A file or a folder. A file's bytes are ``content``, filled up with zeros to ``size``."""

    path: str
    folder: bool = False
    content: bytes = b""
    size: int = 0
    created: datetime = INSTALLED
    modified: datetime = INSTALLED
    owner: str = ADMINISTRATORS_OWN
    hidden: bool = False
    system: bool = False
    read_only: bool = False
    locked: bool = False
    link: bool = False
    """A folder that Windows itself made a junction to another one."""
    away: bool = False
    """Its content is in the cloud until somebody opens it."""
    """Held open by a program that shares it with nobody."""
    access: tuple[tuple[str, str], ...] = ()
    """Who may do what: pairs of SID and right; empty: as inherited."""

    @property
    def name(self) -> str:
        return self.path.rpartition("\\")[2]

    @property
    def parent(self) -> str:
        head = self.path.rpartition("\\")[0]
        return head + "\\" if head.endswith(":") else head

    @property
    def length(self) -> int:
        return max(self.size, len(self.content))

    def data(self) -> bytes:
        return self.content.ljust(self.size, b"\0")

    def digest(self, algorithm: str) -> str:
        """The hash of the bytes, in capital hexadecimal digits; ``algorithm`` as hashlib calls it."""
        return _digest(self.content, self.size, algorithm)


@lru_cache(maxsize=4096)
def _digest(content: bytes, size: int, algorithm: str) -> str:
    return hashlib.new(algorithm, content.ljust(size, b"\0"), usedforsecurity=False).hexdigest().upper()


def clean(path: str) -> str:
    """A full path in one spelling: backslashes, no double or final one, no dots."""
    parts: list[str] = []
    for part in path.replace("/", "\\").split("\\"):
        if part == ".." and len(parts) > 1:
            parts.pop()
        elif part not in ("", ".", ".."):
            parts.append(part)
    return parts[0].upper() + "\\" if len(parts) == 1 and parts[0].endswith(":") else "\\".join(parts)


class Files:
    """Files and folders by path; a file's folders always exist."""

    __slots__ = ("table",)

    def __init__(self, base: Table[File], mark: Mark) -> None:
        self.table: Overlay[File] = Overlay(base, mark)
        self.table.passing = TEMPORARY

    def find(self, path: str) -> File | None:
        return self.table.get(clean(path))

    def make_folder(self, path: str, now: datetime, owner: str = ADMINISTRATORS_OWN) -> File:
        """The folder, made with those above it where missing; FileExistsError where a file stands there."""
        path = clean(path)
        kept = self.table.get(path)
        if kept is not None:
            if not kept.folder:
                raise FileExistsError(path)
            return kept
        folder = File(path, folder=True, created=now, modified=now, owner=owner)
        if path != folder.parent:
            above = self.make_folder(folder.parent, now, owner)
            folder = replace(folder, path=above.path.rstrip("\\") + "\\" + folder.name)
        self.table[path] = folder
        return folder

    def write(self, path: str, content: bytes, now: datetime, owner: str = ADMINISTRATORS_OWN) -> File:
        """Give a file this content; its folder must exist (FileNotFoundError)."""
        path = clean(path)
        kept = self.table.get(path)
        if kept is not None and kept.folder:
            raise IsADirectoryError(path)
        if kept is None:
            kept = File(path, created=now, owner=owner)
            above = self.table.get(kept.parent)
            if above is None or not above.folder:
                raise FileNotFoundError(path)
            kept = replace(kept, path=above.path.rstrip("\\") + "\\" + kept.name)
        file = replace(kept, content=content, size=0, modified=now)
        self.table[path] = file
        return file

    def put(self, file: File) -> None:
        """Place a file as it is, with the folders above it."""
        if file.parent != file.path:
            self.make_folder(file.parent, file.created, file.owner)
        self.table[clean(file.path)] = file

    def children(self, path: str) -> list[File]:
        """What lies right in a folder, folders first, each by name."""
        start = _start(path)
        found = [self.table[n] for n in self.table if n.startswith(start) and "\\" not in n[len(start) :]]
        return sorted((f for f in found if f.name), key=lambda f: (not f.folder, f.name.lower()))

    def below(self, path: str) -> list[File]:
        """Everything below a folder, by path."""
        start = _start(path)
        return [self.table[n] for n in sorted(self.table) if n.startswith(start) and n != start]

    def remove(self, path: str) -> None:
        """Remove a file, or a folder with everything below it."""
        for file in self.below(path):
            del self.table[file.path]
        del self.table[clean(path)]


def _start(path: str) -> str:
    return clean(path).lower().rstrip("\\") + "\\"
