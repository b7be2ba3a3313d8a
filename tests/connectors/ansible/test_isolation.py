"""A play sees its own settings and ours, nothing of the person who runs unyo; unyo sees nothing of Ansible's code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from support.plays import Stage

ENVIRONMENT = """
- name: Show
  ansible.builtin.assert:
    that: lookup('env', item) == ''
    fail_msg: "{{ item }} is {{ lookup('env', item) }}"
  loop: [ANSIBLE_ROLES_PATH, ANSIBLE_VAULT_PASSWORD_FILE, HTTPS_PROXY, UNYO_CONFIG, AWS_SECRET_ACCESS_KEY]
"""


def test_the_surroundings_stay_outside(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANSIBLE_ROLES_PATH", "ANSIBLE_VAULT_PASSWORD_FILE", "HTTPS_PROXY", "UNYO_CONFIG"):
        monkeypatch.setenv(name, "/elsewhere")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    assert stage.play(ENVIRONMENT)[0].error is None


def test_the_users_own_ansible_is_not_read(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    (home / ".ansible/plugins/lookup").mkdir(parents=True)
    (home / ".ansible/plugins/lookup/unyo_secret.py").write_text("raise RuntimeError('the wrong one')")
    (home / ".ansible.cfg").write_text("[defaults]\nforks = none\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("ANSIBLE_CONFIG", str(home / ".ansible.cfg"))
    tasks = "- name: Ask\n  ansible.builtin.assert:\n    that: ansible_password | length > 0\n"
    assert stage.play(tasks)[0].error is None
    assert sorted(path.name for path in home.rglob("*")) == [
        ".ansible",
        ".ansible.cfg",
        "lookup",
        "plugins",
        "unyo_secret.py",
    ]


def test_our_directory_named_ansible_does_not_hide_the_package(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "playbooks/lookup_plugins").mkdir(parents=True)
    (tmp_path / "playbooks/lookup_plugins/where.py").write_text(
        "import ansible, sys\nfrom ansible.plugins.lookup import LookupBase\n"
        "class LookupModule(LookupBase):\n"
        "    def run(self, terms, variables=None, **kwargs):\n"
        "        ours = [name for name in sys.modules if name.startswith('unyo')]\n"
        "        return [ansible.__file__ + '|' + ' '.join(ours) + '|']\n"
    )
    tasks = """
- name: Look
  ansible.builtin.assert:
    that: lookup("where").endswith("site-packages/ansible/__init__.py||")
    fail_msg: '{{ lookup("where") }}'
"""
    assert stage.play(tasks)[0].error is None


def test_unyo_itself_never_imports_ansible(tmp_path: Path) -> None:
    program = (
        "import sys; sys.path.insert(0, 'tests'); from support.plays import *; import tempfile;"
        "private = Path(tempfile.mkdtemp(dir='/dev/shm'));"
        f"stage = Stage(Path({str(tmp_path)!r}), private);"
        "late = 'ansible_runner' in sys.modules;"
        "stage.play('- name: A\\n  ansible.builtin.debug:\\n'); private.rmdir();"
        "print(late, 'ansible' in sys.modules)"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["False", "False"]
