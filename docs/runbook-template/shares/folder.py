"""Folders that exist with the wanted permissions: a runbook to copy; its name is shares.folder."""

from __future__ import annotations

import grp
import os
import re
import shutil
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from unyo.core.change import Change, State
from unyo.core.errors import BadInput, TargetSaidNo
from unyo.core.params import option
from unyo.core.risk import Limits, Risk
from unyo.core.runbook import Pace
from unyo.core.state_runbook import StateRunbook
from unyo.core.target import Target
from unyo.core.text import Text
from unyo.core.tools import Tools


@dataclass(frozen=True)
class Folder:
    """One row of a sheet, or the options of one call."""

    path: str = option(Text("full path of the folder", "フォルダーの絶対パス"), column=("パス", "フォルダー"))
    mode: str = option(Text("permissions, octal", "アクセス権(8進数)"), default="2770", column=("権限",))
    group: str | None = option(
        Text("owning group (left as it is)", "所有グループ(省略時は変更しない)"),
        default=None,
        column=("グループ",),
    )

    def check(self) -> None:
        """BadInput before anything is planned; called for every row."""
        if not Path(self.path).is_absolute():
            raise BadInput(
                "shares.path",
                Text("the path is not a full path", "絶対パスではありません"),
                Text("begin it with /", "/ から書く"),
                target=self.path,
            )
        if not re.fullmatch("[0-7]{3,4}", self.mode):
            raise BadInput(
                "shares.mode",
                Text(f"{self.mode!r} is no mode", f"{self.mode!r} はアクセス権として使えません"),
                Text("write three or four octal digits, as 2770", "2770 のように8進数3〜4桁で書く"),
                target=self.path,
            )


@dataclass(frozen=True)
class FolderParams:
    """What the job asks for: ``--rows FILE``, or one row as options."""

    folders: tuple[Folder, ...] = option(Text("folders", "フォルダー"))


class KeepFolders(StateRunbook[FolderParams]):
    """Creates what is missing and corrects permissions; what lies in a folder is never touched."""

    title = Text("keep folders and their permissions", "フォルダーとアクセス権の維持")
    Params = FolderParams
    risk = Risk.GUARDED
    limits = Limits(targets=200, removals=20)
    pace = Pace(canary=1, wave=20, retry_after=())

    def targets(self, params: FolderParams, tools: Tools) -> Sequence[Target]:
        return [Target("folder", os.path.normpath(row.path)) for row in params.folders]

    def want(self, target: Target, params: FolderParams, tools: Tools) -> State | None:
        row = next(row for row in params.folders if os.path.normpath(row.path) == target.key)
        wanted = {"mode": row.mode.rjust(4, "0")}
        return wanted | {"group": row.group} if row.group else wanted

    def read(self, target: Target, tools: Tools) -> State | None:
        try:
            facts = os.lstat(target.key)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _refused(target, error) from error
        if not stat.S_ISDIR(facts.st_mode):
            raise TargetSaidNo(
                "shares.not_a_folder",
                Text("something else has this name", "フォルダー以外のものがあります"),
                Text("move it away or choose another path", "移動するか、別のパスにする"),
                target=target.key,
            )
        return {"mode": f"{stat.S_IMODE(facts.st_mode):04o}", "group": _group_name(facts.st_gid)}

    def write(self, change: Change, tools: Tools) -> None:
        folder, wanted = Path(change.target.key), change.after
        try:
            if wanted is None:
                folder.rmdir()
                return
            if change.before is None:
                # Closed until group and mode are right: never wider open than wanted.
                folder.mkdir(mode=0o700, exist_ok=True)
            if wanted.get("group"):
                shutil.chown(folder, group=wanted["group"])
            folder.chmod(int(wanted["mode"], 8))
        except (OSError, LookupError) as error:
            raise _refused(change.target, error) from error


def _group_name(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def _refused(target: Target, error: OSError | LookupError) -> TargetSaidNo:
    said = error.strerror if isinstance(error, OSError) else "no such group"
    return TargetSaidNo(
        "shares.refused",
        Text("the file system refused", "ファイルシステムが拒否しました"),
        Text("check path, group and rights, then resume", "パス・グループ・権限を確認して再開する"),
        target=target.key,
        detail=said,
    )
