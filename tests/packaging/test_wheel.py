"""The wheel works outside the checkout and brings everything that unyo ships."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.xdist_group("packaging")

SHIPPED = ("playbooks", "roles", "inventory", "scripts", "docs")
ASK = """
import json, sys, unyo
from unyo.settings import shipped
names = ("playbooks", "roles", "inventory", "scripts", "docs")
print(json.dumps({"package": unyo.__file__, "path": sys.path, "shipped": {n: str(shipped(n)) for n in names}}))
"""


@pytest.fixture(scope="module")
def installed(wheel: Path, present_packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel in it; the libraries are borrowed, the editable checkout is not."""
    venv = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True, timeout=120)
    pip = [sys.executable, "-m", "pip", "--python", str(venv / "bin/python"), "install", "-q"]
    subprocess.run(
        [*pip, "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True, timeout=120
    )
    (packages,) = venv.glob("lib/python*/site-packages")
    (packages / "borrowed.pth").write_text(f"{present_packages}\n", encoding="utf-8")
    return venv


def run(*command: str | Path, cwd: Path, **more: str) -> str:
    environment = {"PATH": os.environ["PATH"], "HOME": str(cwd), "LANG": "C.UTF-8", **more}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def committed(place: str) -> list[Path]:
    """Files of the checkout below that folder; what somebody is just writing is not asked for."""
    command = ["git", "ls-files", "-z", place]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=30).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_the_installed_command_says_its_version(installed: Path, wheel: Path, tmp_path: Path) -> None:
    assert run(installed / "bin/unyo", "--version", cwd=tmp_path).split() == [
        "unyo",
        wheel.name.split("-")[1],
    ]


def test_what_is_shipped_lies_inside_the_installed_package(installed: Path, tmp_path: Path) -> None:
    answer = json.loads(run(installed / "bin/python", "-c", ASK, cwd=tmp_path))
    package = Path(answer["package"]).parent
    assert package.is_relative_to(installed)
    assert answer["shipped"] == {name: str(package / "shipped" / name) for name in answer["shipped"]}
    assert str(ROOT / "lib") not in answer["path"]


@pytest.mark.parametrize(
    "file",
    [
        "playbooks/unyo_server.yml",
        "roles/unyo_server/meta/argument_specs.yml",
        "roles/unyo_server/templates/unyo-worker.service.j2",
        "inventory/policies/accounts.yml",
        "inventory/hosts.example.yml",
        "scripts/install-packages",
        "playbooks/policy.apply.yml",
        "roles/terminal_baseline/tasks/main.yml",
        "roles/terminal_serial/tasks/main.yml",
        "inventory/baselines/windows11.yml",
        "inventory/baselines/exceptions.example.yml",
        "inventory/policies/isolation.yml",
        "scripts/windows/settings.ps1",
        "scripts/windows/domain/set-up-management.ps1",
    ],
)
def test_the_wheel_brings(file: str, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read(f"unyo/shipped/{file}") == (ROOT / file).read_bytes()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed here")
def test_everything_that_lies_beside_the_code_is_in_the_wheel(wheel: Path) -> None:
    """Packs, plugins of Ansible, the bootstrap, scenarios and defaults of the lab: no kind is forgotten."""
    with zipfile.ZipFile(wheel) as archive:
        brought = {*archive.namelist()}
    places = {"lib/unyo": "unyo"} | {name: f"unyo/shipped/{name}" for name in SHIPPED}
    wanted = {
        f"{inside}/{path.relative_to(ROOT / place)}"
        for place, inside in places.items()
        for path in committed(place)
    }
    assert {"unyo/connectors/winrm/bootstrap.ps1", "unyo/lab/terminals/scenarios/office-40.yml"} < wanted
    assert wanted - brought == set()


@pytest.mark.parametrize("program", ["inventory/ledger.py", "scripts/install-packages"])
def test_a_program_is_brought_as_one(program: str, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert archive.getinfo(f"unyo/shipped/{program}").external_attr >> 16 & 0o111 == 0o111


def test_the_installed_command_lists_its_runbooks(installed: Path, tmp_path: Path) -> None:
    listed = run(installed / "bin/unyo", "runbooks", cwd=tmp_path)
    assert "accounts.provision" in listed
    assert "policy.apply" in listed


def test_the_installed_command_plans_for_terminals_of_its_own_lab(installed: Path, tmp_path: Path) -> None:
    """Audit goes by script, the plan of an application by Ansible too: both find all they need in the wheel."""
    unyo = installed / "bin/unyo"
    try:
        settings = json.loads(run(unyo, "lab", "up", "--terminals", "2", "--json", cwd=tmp_path))["settings"]
        audit = ("plan", "policy.audit", "--everything", "--reason", "first look", "--json")
        assert len(json.loads(run(unyo, *audit, cwd=tmp_path, UNYO_CONFIG=settings))["changes"]) == 2
        rules = ("--rule", "llmnr-off", "--rule", "audit-logon")
        apply = ("plan", "policy.apply", "--terminal", "PC00001", *rules, "--reason", "yearly", "--json")
        (change,) = json.loads(run(unyo, *apply, cwd=tmp_path, UNYO_CONFIG=settings))["changes"]
        assert change["after"]["llmnr-off"] == 0
    finally:
        run(unyo, "lab", "down", cwd=tmp_path)


def test_no_path_of_the_checkout_leaks_into_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        leaking = [name for name in archive.namelist() if os.fsencode(ROOT) in archive.read(name)]
    assert leaking == []


def test_the_wheel_holds_no_compiled_or_private_files(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        unwanted = [n for n in archive.namelist() if n.endswith((".pyc", ".key", ".sqlite3", "/hosts.yml"))]
    assert unwanted == []


def test_the_licence_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (licence,) = [name for name in archive.namelist() if name.endswith("licenses/LICENSE")]
        assert archive.read(licence) == (ROOT / "LICENSE").read_bytes()


def test_the_installed_inventory_script_answers_ansible(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "unyo.toml").write_text('home = "home"\n', encoding="utf-8")
    run(installed / "bin/unyo", "init", "--operator", "tanaka", cwd=tmp_path)
    (script,) = installed.glob("lib/python*/site-packages/unyo/shipped/inventory/ledger.py")
    assert json.loads(run(script, "--list", cwd=tmp_path))["terminals"]["hosts"] == []
