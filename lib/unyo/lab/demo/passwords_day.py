"""All passwords of an office renewed in one job whose worker is killed twice; then one is borrowed and given back."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from unyo.core.secret import Secret
from unyo.lab.demo.desk import Desk, end_process, say
from unyo.lab.demo.stage import lab_directory
from unyo.lab.demo.truth import Truth
from unyo.lab.password_office import PasswordOffice

REASON = "四半期の管理者パスワード変更"
KILLS = (8, 24)
"""A worker is killed when so many terminals have a new password."""
SWITCHED_OFF = 6
"""Which of the terminals is off until the rest is done."""
POWERSHELL_SECONDS = 0.5
"""What starting a PowerShell costs on a real terminal, about."""
BORROWED = "passwords/srv01/root"


def passwords_day(out: Path, simulated: bool) -> bool:
    """Run the chapter in an office of its own; True where every password is known, proven and nobody locked out."""
    place = out / "passwords"
    place.mkdir(parents=True)
    directory, kind = lab_directory(simulated)
    say(
        f"an office: 40 simulated Windows terminals, 5 Linux servers, a router, a switch; directory: {kind.en}",
        f"庁内: 模擬 Windows 端末 40 台、Linux サーバ 5 台、ルータとスイッチ各 1 台。ディレクトリ: {kind.ja}",
    )
    with PasswordOffice(place, directory) as office:
        for missing in office.left_out:
            say(f"left out: {missing.en}", f"省略: {missing.ja}")
        desk = Desk(office.settings_file)
        desk.employ()
        for number, facts in enumerate(office.fleet.terminals):
            office.fleet.knob(facts["serial"], "powershell_start_seconds", POWERSHELL_SECONDS)
            office.fleet.knob(facts["serial"], "powered_off", number == SWITCHED_OFF)
        truth = Truth(office, desk)
        good = [
            _take_in(desk, office),
            _rotate(desk, office, truth),
            _borrow(desk, office, truth),
            _prove(desk, place),
        ]
        beyond = office.fleet.unsupported
    if beyond:
        say(f"beyond the simulation: {beyond}", f"シミュレータの対象外: {beyond}")
    return all(good) and not beyond


def _take_in(desk: Desk, office: PasswordOffice) -> bool:
    say(
        "the devices and their first passwords are taken in; each is proven by a log-on",
        "機器と導入時のパスワードを登録(1件ずつログオンで確認)",
    )
    desk.unyo("devices", "import", str(office.devices_file), "--yes")
    desk.unyo("passwords", "adopt", "--from-file", str(office.firsts_file))
    office.firsts_file.unlink()
    return True


def _rotate(desk: Desk, office: PasswordOffice, truth: Truth) -> bool:
    say("every password of the office is to be renewed", "庁内の全パスワードを変更する計画")
    desk.unyo("plan", "passwords.rotate", "--everything", "--reason", REASON, quiet=True)
    desk.unyo("jobs", "show", "1", check=False)
    desk.unyo("approve", "1", "--by", "sato", "--reason", "確認済み", spoken_by="sato")
    for count in KILLS:
        worker = desk.worker()
        _wait_until(worker, lambda: truth.terminals_changed() >= count)  # noqa: B023 - called at once
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        say(
            f"kill -9 when {truth.terminals_changed()} terminals had a new password",
            f"{truth.terminals_changed()} 台の変更が済んだ時点で kill -9",
        )
        truth.tell()
    say("a new worker looks first, then goes on", "新しいワーカーが現状を確かめてから続行する")
    _go_on(desk, office)
    desk.unyo("jobs", "show", "1", check=False)
    return truth.tell() and bool(desk.answer("jobs", "show", "1")["state"] == "DONE")


def _go_on(desk: Desk, office: PasswordOffice) -> None:
    """Until all is done but what is switched off; then that is switched on."""
    away = office.fleet.terminals[SWITCHED_OFF]
    worker = desk.worker()
    try:
        _wait_until(worker, lambda: _ended(desk) == desk.answer("jobs", "show", "1")["steps"] - 1)
        say(
            f"{away['name']} is off and waits; it is switched on",
            f"{away['name']} は電源断のため待機中。電源を入れる",
        )
        desk.unyo("jobs", "waiting", check=False)
        office.fleet.knob(away["serial"], "powered_off", False)
        desk.unyo("jobs", "look", quiet=True)
        _wait_until(worker, lambda: desk.answer("jobs", "show", "1")["state"] != "RUNNING")
    finally:
        end_process(worker)


def _ended(desk: Desk) -> int:
    return int(desk.answer("jobs", "show", "1")["ended"])


def _wait_until(worker: subprocess.Popen[bytes], enough: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not enough():
        if time.monotonic() > deadline or worker.poll() is not None:
            raise SystemExit("the rotation stands still")
        time.sleep(0.02)


def _borrow(desk: Desk, office: PasswordOffice, truth: Truth) -> bool:
    """A password is read by a person for two hours; given back, it is renewed at once."""
    if office.hosts is None:
        return True
    say("one password is checked out, and checked in again", "パスワードを1件払い出し、返却する")
    words = ("--reason", "ディスク障害の調査", "--for", "2h", "--no-read")
    colleague = ("--approve-by", "suzuki", "--approve-reason", "障害対応")
    desk.unyo("passwords", "checkout", BORROWED, *words, *colleague, spoken_by="suzuki")
    held = Secret(desk.said("passwords", "read", BORROWED, "--stdout").strip())
    works = truth.takes(BORROWED, held)
    desk.unyo("passwords", "checkin", BORROWED)
    desk.unyo("worker", "--until-idle", quiet=True, check=False)
    stale = not truth.takes(BORROWED, held)
    say(
        f"the password that was read worked: {works}; after it was given back it works no more: {stale}",
        f"読み出したパスワードは有効だった: {works}。返却後は無効: {stale}",
    )
    return works and stale


def _prove(desk: Desk, place: Path) -> bool:
    say("the proof for the auditor", "監査用の証明書")
    done = desk.unyo("passwords", "proof", "--out", str(place / "proof"), check=False)
    desk.unyo("audit", "verify")
    sys.stdout.write(f"  {place / 'proof'}\n")
    return done == 0
