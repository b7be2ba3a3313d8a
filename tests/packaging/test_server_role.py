"""The role unyo_server really installs the wheel, below a directory of its own, and a second run changes nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
pytestmark = [
    pytest.mark.xdist_group("packaging"),
    pytest.mark.skipif(os.geteuid() != 0, reason="the role gives files to root: run as root to see it work"),
]


@pytest.fixture(scope="module")
def ansible_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    home = tmp_path_factory.mktemp("ansible")
    return {
        # What names the test run's own installation must not reach the server's.
        **{n: v for n, v in os.environ.items() if n not in ("UNYO_HOME", "UNYO_LANG", "UNYO_CONFIG")},
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "HOME": str(home),
        "ANSIBLE_ROLES_PATH": str(ROOT / "roles"),
        "ANSIBLE_NOCOLOR": "1",
        "LC_ALL": "C.UTF-8",
    }


@pytest.fixture(scope="module")
def python_with_libraries(present_packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python whose new environments borrow this one's libraries, so that the role needs no network."""
    program = tmp_path_factory.mktemp("python") / "python"
    program.write_text(
        f"""#!/bin/sh
'{sys.executable}' "$@" || exit
for environment; do :; done
[ -d "$environment/lib" ] || exit 0
echo '{present_packages}' > "$(echo "$environment"/lib/python3*/site-packages)/borrowed.pth"
""",
        encoding="utf-8",
    )
    program.chmod(0o755)
    return program


@pytest.fixture(scope="module")
def rehearsal(wheel: Path, python_with_libraries: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An inventory whose variables keep the accounts, packages and services of this machine out of it."""
    folder = tmp_path_factory.mktemp("server")
    variables = {
        "ansible_connection": "local",
        "ansible_become": False,
        "ansible_python_interpreter": sys.executable,
        "unyo_server_wheel": str(wheel),
        "unyo_server_first_operator": "suzuki",
        "unyo_server_root": str(folder / "root"),
        "unyo_server_python": str(python_with_libraries),
        "unyo_server_pip_arguments": "--no-deps --no-index",
        "unyo_server_packages": [],
        "unyo_server_manage_account": False,
        "unyo_server_services": False,
        "unyo_server_user": "root",
        "unyo_server_group": "root",
        "unyo_server_organisation": '総務課 "運用" 担当',
        "unyo_server_directory_urls": ["ldaps://dc1.example.jp"],
        "unyo_server_terminals_user": "unyo-terminals@EXAMPLE.JP",
        "unyo_server_terminals_forks": 8,
    }
    inventory = {"unyo_servers": {"hosts": {"localhost": variables}}}
    (folder / "hosts.yml").write_text(yaml.safe_dump(inventory, allow_unicode=True), encoding="utf-8")
    return folder


def play(folder: Path, environment: Mapping[str, str], *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / "ansible-playbook", "-i", folder / "hosts.yml", *more, ROOT / "playbooks/unyo_server.yml"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )


@pytest.fixture(scope="module")
def server(rehearsal: Path, ansible_environment: dict[str, str]) -> Path:
    """The root of a server on which the role has run once."""
    first = play(rehearsal, ansible_environment)
    assert first.returncode == 0, first.stdout + first.stderr
    return rehearsal / "root"


@pytest.fixture(scope="module")
def second_run(server: Path, rehearsal: Path, ansible_environment: dict[str, str]) -> str:
    """Everything that a second run says when it is asked to say all."""
    assert server.is_dir()
    second = play(rehearsal, ansible_environment, "-vvv", "--diff")
    assert second.returncode == 0, second.stdout + second.stderr
    return second.stdout + second.stderr


def unyo(server: Path, *arguments: str) -> str:
    command = [str(server / "usr/local/bin/unyo"), *arguments]
    environment = {"PATH": os.environ["PATH"], "HOME": str(server), "LANG": "C.UTF-8", "SUDO_USER": "suzuki"}
    done = subprocess.run(command, cwd=server, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def mode(path: Path) -> str:
    return oct(path.stat().st_mode & 0o777)


def test_the_playbook_is_sound(rehearsal: Path, ansible_environment: dict[str, str]) -> None:
    checked = play(rehearsal, ansible_environment, "--syntax-check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_second_run_changes_nothing(second_run: str) -> None:
    assert "changed=0 " in second_run


def test_the_installed_command_runs_on_the_settings_of_the_server(server: Path, wheel: Path) -> None:
    assert unyo(server, "--version").split() == ["unyo", wheel.name.split("-")[1]]
    assert "suzuki" in unyo(server, "operators", "list")


def test_the_settings_say_what_the_variables_said(server: Path) -> None:
    settings = tomllib.loads((server / "etc/unyo/unyo.toml").read_text(encoding="utf-8"))
    assert settings["home"] == str(server / "var/lib/unyo")
    assert settings["organisation"] == '総務課 "運用" 担当'
    assert settings["directory"]["urls"] == ["ldaps://dc1.example.jp"]
    assert settings["terminals"]["user"] == "unyo-terminals@EXAMPLE.JP"
    assert settings["terminals"]["forks"] == 8


def test_only_the_right_people_can_read_settings_key_and_ledger(server: Path) -> None:
    assert mode(server / "etc/unyo/unyo.toml") == "0o640"
    assert mode(server / "var/lib/unyo/vault.key") == "0o600"
    assert mode(server / "var/lib/unyo") == "0o750"
    assert mode(server / "var/backups/unyo") == "0o750"


def test_the_key_was_made_on_the_server_and_is_not_said_by_the_role(server: Path, second_run: str) -> None:
    key = (server / "var/lib/unyo/vault.key").read_text(encoding="ascii").split(":")[1].strip()
    assert len(key) > 40
    assert key not in second_run


def test_a_backup_of_the_server_can_be_made(server: Path) -> None:
    unyo(server, "backup", str(server / "var/backups/unyo/unyo-1.backup"))
    assert (server / "var/backups/unyo/unyo-1.backup").stat().st_size > 1000


@pytest.mark.parametrize("unit", ["unyo-worker.service", "unyo-backup.service", "unyo-backup.timer"])
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed here")
def test_systemd_understands(unit: str, server: Path) -> None:
    command = ["systemd-analyze", "verify", "--man=no", str(server / "etc/systemd/system" / unit)]
    checked = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert unit not in checked.stderr, checked.stderr
    assert checked.returncode == 0, checked.stderr


def test_a_new_wheel_becomes_a_release_beside_the_old_one_after_a_backup(
    server: Path, rehearsal: Path, ansible_environment: dict[str, str], wheel: Path, tmp_path: Path
) -> None:
    before = (server / "opt/unyo/current").resolve()
    key = (server / "var/lib/unyo/vault.key").read_bytes()
    newer = tmp_path / wheel.name
    shutil.copy(wheel, newer)
    with zipfile.ZipFile(newer, "a") as archive:
        archive.comment = b"built again"
    upgraded = play(rehearsal, ansible_environment, "-e", f"unyo_server_wheel={newer}")
    assert upgraded.returncode == 0, upgraded.stdout + upgraded.stderr
    after = (server / "opt/unyo/current").resolve()
    assert after != before
    assert before.is_dir()
    assert (server / f"var/backups/unyo/before-{after.name}.backup").stat().st_size > 1000
    assert (server / "var/lib/unyo/vault.key").read_bytes() == key


@pytest.mark.parametrize("needed", ["unyo_server_wheel", "unyo_server_first_operator"])
def test_the_role_refuses_to_begin_without(
    needed: str, rehearsal: Path, ansible_environment: dict[str, str], tmp_path: Path
) -> None:
    inventory = yaml.safe_load((rehearsal / "hosts.yml").read_text(encoding="utf-8"))
    del inventory["unyo_servers"]["hosts"]["localhost"][needed]
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
    refused = play(tmp_path, ansible_environment)
    assert refused.returncode != 0
    assert f"missing required arguments: {needed}" in refused.stdout
