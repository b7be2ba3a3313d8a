"""net.exe: start, stop, user NAME, localgroup NAME; its words are in the machine's language."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from unyo.lab.terminals.commands.whose import find_sid, name_of
from unyo.lab.terminals.powershell.commands import ProgramCall, program

if TYPE_CHECKING:
    from unyo.lab.terminals.machine.machine import Machine

_DONE = {"en-US": "The command completed successfully.", "ja-JP": "コマンドは正常に終了しました。"}
_FAILED = 2


@program("net.exe", "net1.exe")
def net(call: ProgramCall) -> int:
    verb, *rest = [
        argument.lower() if argument.startswith("/") else argument for argument in call.arguments
    ] or [""]
    work = {"start": _service, "stop": _service, "user": _user, "localgroup": _group}.get(verb.lower())
    if work is None or not rest:
        call.unsupported(" ".join(call.arguments))
    return work(call, verb.lower(), rest)


def _say(machine: Machine, english: str, japanese: str) -> str:
    return japanese if machine.locale == "ja-JP" else english


def _done(call: ProgramCall) -> int:
    call.write(_DONE[call.machine.locale])
    return 0


def _service(call: ProgramCall, verb: str, rest: list[str]) -> int:
    services = call.machine.services
    wanted = rest[0].lower()
    service = next(
        (s for s in services.table.values() if wanted in (s.name.lower(), s.display_name.lower())), None
    )
    if service is None:
        call.write_error(_say(call.machine, "The service name is invalid.", "サービス名が無効です。"))
        return _FAILED
    if service.running == (verb == "start") or (verb == "start" and service.mode == "Disabled"):
        text = "is not started" if verb == "stop" else "could not be started"
        call.write_error(
            _say(
                call.machine,
                f"The {service.display_name} service {text}.",
                f"{service.display_name} サービスを開始または停止できません。",
            )
        )
        return _FAILED
    if verb == "stop" and (not service.may_stop or services.dependents(service.name)):
        call.unsupported(f"stopping {service.name}, which others need")
    services.change(service.name, running=verb == "start")
    return _done(call)


def _user(call: ProgramCall, verb: str, rest: list[str]) -> int:
    del verb
    accounts = call.machine.accounts
    user = accounts.user(rest[0])
    if user is None:
        call.write_error(
            _say(call.machine, "The user name could not be found.", "ユーザー名が見つかりません。")
        )
        return _FAILED
    switch = {"/active:yes": True, "/active:no": False}
    if len(rest) != 2 or rest[1] not in switch:
        call.unsupported(" ".join(call.arguments[:1] + rest[:1]) + " with these options")
    accounts.put_user(replace(user, enabled=switch[rest[1]]))
    return _done(call)


def _group(call: ProgramCall, verb: str, rest: list[str]) -> int:
    del verb
    machine = call.machine
    group = machine.accounts.group(rest[0])
    if group is None:
        call.write_error(
            _say(
                machine,
                "The specified local group does not exist.",
                "指定されたローカル グループが見つかりません。",
            )
        )
        return _FAILED
    if len(rest) == 1:
        call.write(_say(machine, f"Alias name     {group.name}", f"エイリアス名     {group.name}"))
        call.write(
            _say(machine, f"Comment        {group.description}", f"コメント         {group.description}")
        )
        call.write("")
        call.write(_say(machine, "Members", "メンバー"))
        call.write("")
        call.write("-" * 79)
        for sid in group.members:
            call.write((name_of(machine, sid) or sid).removeprefix(f"{machine.name.upper()}\\"))
        return _done(call)
    if len(rest) != 3 or rest[2] not in ("/add", "/delete"):
        call.unsupported(" ".join(call.arguments))
    who = find_sid(machine, rest[1])
    if who is None or (who in group.members) == (rest[2] == "/add"):
        call.write_error(
            _say(machine, "System error 1378 has occurred.", "システム エラー 1378 が発生しました。")
        )
        return _FAILED
    kept = tuple(member for member in group.members if member != who)
    machine.accounts.set_members(group, (*kept, who) if rest[2] == "/add" else kept)
    return _done(call)
