"""Forty terminals: audit, apply the baseline, take one rule back, find an indicator, cut off and release."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from unyo.lab import terminals
from unyo.lab.demo.desk import Desk, end_process, say
from unyo.lab.terminals.fleet_process import FleetProcess
from unyo.lab.terminals.practice import install

SCENARIO = Path(terminals.__file__).parent / "scenarios/office-40.yml"
# What the scenario planted on one terminal, as a warning would name it.
PLANTED = (
    ("file", "svch0st.exe"),
    ("run_key", "sysupd"),
    ("dns", "cdn.badsite.example"),
    ("address", "203.0.113.66:443"),
)
ONE_RULE = "llmnr-off"
REASON = "四半期のセキュリティ点検"


def terminals_day(out: Path) -> bool:
    """Run the chapter on a fleet of its own; True where every part ended as it must."""
    place = out / "terminals"
    place.mkdir(parents=True)
    say(
        "forty simulated Windows terminals (SIMULATOR, real WinRM)",
        "模擬 Windows 端末 40 台(シミュレータ、通信は本物の WinRM)",
    )
    with FleetProcess(scenario=SCENARIO) as fleet:
        desk = Desk(Path(install(fleet, place).settings))
        desk.employ()
        good = [
            _audit(desk, place),
            _apply(desk, fleet),
            _take_back_one_rule(desk),
            _search(desk, place),
            _cut_off(desk),
        ]
        beyond = fleet.unsupported
    if beyond:
        say(f"beyond the simulation: {beyond}", f"シミュレータの対象外: {beyond}")
    return all(good) and not beyond


def _audit(desk: Desk, place: Path) -> bool:
    say("how far are they from the baseline? nothing is changed", "セキュリティポリシーの点検(変更なし)")
    desk.unyo("run", "policy.audit", "--everything", "--reason", REASON, "--yes", check=False)
    desk.unyo("jobs", "report", "1", "--out", str(place / "audit.html"))
    return bool(desk.answer("jobs", "show", "1")["ended"])


def _apply(desk: Desk, fleet: FleetProcess) -> bool:
    """One terminal is off, one loses its answer after the change; both end in a named state."""
    off, mute = (fleet.named(name) for name in ("PC00007", "PC00012"))
    say(
        f"the baseline is applied; {off['name']} is off, {mute['name']} loses its answer after the change",
        f"セキュリティポリシーの適用。{off['name']} は電源断、{mute['name']} は変更後に応答を失う",
    )
    desk.unyo("plan", "policy.apply", "--everything", "--severity", "high", "--reason", REASON, quiet=True)
    desk.unyo("jobs", "show", "2", check=False)
    desk.unyo("approve", "2", "--by", "sato", "--reason", "確認済み", spoken_by="sato")
    desk.unyo("worker", "--until-idle", quiet=True, check=False)
    desk.unyo("jobs", "waiting", "--most", "3", check=False)
    say(
        f"{off['name']} is switched on, and what waited for it is done",
        f"{off['name']} の電源が入り、待機していた作業が実施される",
    )
    fleet.order("knob", off["serial"], "powered_off", False)
    caught_up = _work_until(desk, lambda: _is_written(desk, off["name"]))
    say(
        "all are restarted, so that the new settings take effect",
        "設定を有効にするため、全端末を再起動する",
    )
    words = ("--everything", "--minutes", "0", "--reason", "設定の反映")
    desk.unyo("plan", "terminals.restart", *words, quiet=True)
    desk.unyo("approve", "3", "--by", "sato", "--reason", "昼休みに実施", spoken_by="sato")
    ended = _work_until(desk, lambda: _all_done(desk, "2", "3"))
    desk.unyo("jobs", "show", "2", check=False)
    desk.unyo("jobs", "show", "3", check=False)
    return caught_up and ended


def _is_written(desk: Desk, name: str) -> bool:
    """Whether the baseline has been applied there, and only its restart is missing."""
    waiting = desk.answer("jobs", "waiting")
    return any(
        step["label"] == name and step["job"] == 2 and step["waits_for"] == "reboot" for step in waiting
    )


def _all_done(desk: Desk, *jobs: str) -> bool:
    return all(desk.answer("jobs", "show", job)["state"] == "DONE" for job in jobs)


def _work_until(desk: Desk, enough: Callable[[], bool], seconds: float = 240) -> bool:
    """Let a worker do what waits, looking every few seconds instead of minutes, until it is enough."""
    worker = desk.worker()
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline:
            if enough():
                return True
            desk.unyo("jobs", "look", quiet=True)
            time.sleep(3)
        return False
    finally:
        end_process(worker)


def _take_back_one_rule(desk: Desk) -> bool:
    say(f"one rule is taken back everywhere: {ONE_RULE}", f"規則 {ONE_RULE} だけを元に戻す")
    desk.unyo("jobs", "undo", "2", "--only", ONE_RULE, "--reason", "名前解決の苦情", quiet=True)
    desk.unyo("approve", "4", "--by", "sato", "--reason", "一時的に承認", spoken_by="sato")
    desk.unyo("worker", "--until-idle", quiet=True, check=False)
    desk.unyo("jobs", "show", "4", check=False)
    return bool(desk.answer("jobs", "show", "4")["state"] == "DONE")


def _search(desk: Desk, place: Path) -> bool:
    say("a suspicious mail: who has its attachment?", "不審メール: 添付ファイルが残っている端末を探す")
    file = place / "indicators.csv"
    rows = [f"{kind},{value},不審メール" for kind, value in PLANTED]
    file.write_text("\n".join(["type,value,note", *rows]) + "\n", encoding="utf-8")
    words = ("--indicators", str(file), "--everything", "--reason", "不審メール対応", "--yes")
    desk.unyo("run", "terminals.find", *words, check=False)
    desk.unyo("jobs", "report", "5", "--out", str(place / "find.html"))
    return len(_found(desk)) == 1


def _found(desk: Desk) -> list[str]:
    steps = desk.answer("jobs", "show", "5", "--steps")["step_rows"]
    return [
        step["change"]["target"]["label"] for step in steps if (step["seen"] or {}).get("verdict") == "found"
    ]


def _cut_off(desk: Desk) -> bool:
    (name,) = _found(desk)
    say(
        f"{name} is cut off at once, and released by a colleague",
        f"{name} を直ちに遮断し、同僚の承認で解除する",
    )
    desk.unyo("run", "terminals.isolate", "--terminal", name, "--reason", "不審メール対応", "--yes")
    desk.unyo("plan", "terminals.release", "--terminal", name, "--reason", "駆除済み", quiet=True)
    desk.unyo("approve", "7", "--by", "suzuki", "--reason", "駆除を確認", "--run", spoken_by="suzuki")
    sys.stdout.flush()
    states = [desk.answer("jobs", "show", number)["state"] for number in ("6", "7")]
    return states == ["DONE", "DONE"]
