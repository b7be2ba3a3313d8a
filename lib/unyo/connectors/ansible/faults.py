"""What can go wrong with a play, each with a code and the next step."""

from __future__ import annotations

from unyo.connectors.winrm import fault_texts as texts
from unyo.core.errors import BadSetting, NotFound, Refused, TargetSaidNo, Unreachable, UnyoError
from unyo.core.text import Text


def no_private_directory(place: str, error: OSError) -> BadSetting:
    return BadSetting(
        "ansible.private_directory",
        Text("the plays' private directory cannot be used", "プレイ専用のフォルダーを使えません"),
        Text(
            "mount a tmpfs there, or set [terminals] private_directory",
            "tmpfs をマウントするか、[terminals] private_directory を設定する",
        ),
        target=place,
        detail=error.strerror,
    )


def no_playbook(name: str, places: list[str]) -> NotFound:
    return NotFound(
        "ansible.playbook_unknown",
        Text("there is no such playbook", "その名前の playbook はありません"),
        Text(f"put it below one of: {', '.join(places)}", f"次のいずれかに置く: {', '.join(places)}"),
        target=name,
    )


def missing(interpreter: str, said: str) -> BadSetting:
    return BadSetting(
        "ansible.missing",
        Text("ansible-playbook cannot be started", "ansible-playbook を起動できません"),
        Text("install unyo's dependencies again: unyo doctor", "依存パッケージを入れ直す: unyo doctor"),
        target=interpreter,
        detail=said or None,
    )


def broken(playbook: str, said: str) -> UnyoError:
    return UnyoError(
        "ansible.broken",
        Text(
            "ansible-playbook ended before the play began", "プレイの開始前に ansible-playbook が終了しました"
        ),
        Text(
            "mend the playbook: ansible-playbook --syntax-check",
            "ansible-playbook --syntax-check で playbook を直す",
        ),
        target=playbook,
        detail=said or None,
    )


def no_host(playbook: str) -> UnyoError:
    return UnyoError(
        "ansible.no_host",
        Text(
            "the play matched none of its hosts; nothing was done",
            "プレイの対象に一致する端末がありません。何も実行していません",
        ),
        Text("write hosts: terminals in the playbook", "playbook に hosts: terminals と書く"),
        target=playbook,
    )


def out_of_time(name: str, seconds: float) -> UnyoError:
    return UnyoError(
        "ansible.timeout",
        Text(
            f"the play was stopped after {seconds:.0f} s, before this terminal had finished",
            f"{seconds:.0f} 秒で打ち切りました。この端末の処理は終わっていません",
        ),
        Text(
            "look at the terminal, then resume with fewer at once or more time",
            "端末を確認し、台数を減らすか時間を延ばして再開する",
        ),
        target=name,
    )


def cancelled(name: str) -> UnyoError:
    return UnyoError(
        "ansible.cancelled",
        Text(
            "the play was stopped before this terminal had finished",
            "この端末の処理が終わる前にプレイを停止しました",
        ),
        Text("look at the terminal, then resume", "端末を確認してから再開する"),
        target=name,
    )


def cut_off(name: str, said: str) -> UnyoError:
    return UnyoError(
        "ansible.died",
        Text(
            "ansible-playbook died; nothing more was heard of this terminal",
            "ansible-playbook が異常終了し、この端末の結果が届いていません",
        ),
        Text("look at the terminal, then resume", "端末を確認してから再開する"),
        target=name,
        detail=said or None,
    )


def nothing_heard(name: str) -> UnyoError:
    return UnyoError(
        "ansible.nothing_heard",
        Text(
            "the play ended without a word of this terminal",
            "プレイは終わりましたが、この端末の結果がありません",
        ),
        Text("check the hosts line and the conditions of the playbook", "playbook の hosts と条件を確認する"),
        target=name,
    )


def task_failed(name: str, task: str, said: str) -> TargetSaidNo:
    return TargetSaidNo(
        "ansible.task_failed",
        Text(f"the task “{task}” failed", f"タスク「{task}」が失敗しました"),
        Text("mend what the answer names, then resume", "応答にある原因を直してから再開する"),
        target=name,
        detail=said or None,
    )


def hangs(name: str, task: str) -> Unreachable:
    """The task's own time was over on this terminal; the others of the play went on."""
    known = texts.TIMEOUT
    return Unreachable(known.code, known.what, known.next_step, target=name, detail=task)


def swapped(name: str, serial: str, found: str) -> Refused:
    known = texts.SWAPPED
    return Refused(known.code, known.what, known.next_step, target=name, detail=f"{serial} → {found}")
