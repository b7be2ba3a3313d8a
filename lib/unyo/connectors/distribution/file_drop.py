"""Whole files in a folder from which another system takes them; half a file is never to be seen."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from unyo.core.errors import BadSetting, TargetSaidNo, UnyoError
from unyo.core.text import Text


@dataclass(frozen=True, slots=True)
class FileDrop:
    """One system's folder; ``mode`` are the permissions of new files."""

    system: str
    folder: Path
    mode: int = 0o640

    def content(self, name: str) -> bytes | None:
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._refused("read", error) from error

    def put(self, name: str, content: bytes) -> str:
        """Write beside, flush to disk, read back, then rename: a reader sees the old file or the new one."""
        path = self._path(name)
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._write(beside, content)
            beside.replace(path)
            _flush_folder(path.parent)
        except OSError as error:
            raise self._refused("write", error) from error
        finally:
            beside.unlink(missing_ok=True)
        return f"{path.name} sha256:{hashlib.sha256(content).hexdigest()} {len(content)} bytes"

    def remove(self, name: str) -> str:
        path = self._path(name)
        try:
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                _flush_folder(path.parent)
        except OSError as error:
            raise self._refused("remove", error) from error
        return f"{path.name} removed"

    def _write(self, path: Path, content: bytes) -> None:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, self.mode)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.read_bytes() != content:
            raise OSError("the file does not hold what was written")

    def _path(self, name: str) -> Path:
        if name in {"", ".", ".."} or Path(name).name != name:
            raise BadSetting(
                "distribution.file.name",
                Text(f"{name!r} is not a plain file name", f"ファイル名 {name!r} は使えません"),
                Text(
                    "mend the destination in distribution.yml", "distribution.yml の destination を修正する"
                ),
                target=self.system,
            )
        return self.folder / name

    def _refused(self, action: str, error: OSError) -> UnyoError:
        doing = {"read": "読取り", "write": "書込み", "remove": "削除"}[action]
        return TargetSaidNo(
            f"distribution.file.{action}",
            Text(
                f"could not {action} a file in {self.folder}", f"{self.folder} のファイルを{doing}できません"
            ),
            Text(
                "check the folder, its rights and free space; then run it again: no half file is left",
                "フォルダーの有無・権限・空き容量を確認して再実行する(書きかけのファイルは残りません)",
            ),
            target=self.system,
            detail=error.strerror or str(error),
        )


def _flush_folder(folder: Path) -> None:
    """Make the rename itself durable; shares that cannot flush a folder are left as they are."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)
