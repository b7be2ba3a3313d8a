"""The key file is private, whole and never lost."""

from __future__ import annotations

import base64
import os
import stat
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from unyo.core.errors import BadSetting
from unyo.core.secret import Secret
from unyo.vault.key_file import add_key, create_key_file, drop_keys_but, keys_in, new_key, private_text

MATERIAL = base64.b64encode(bytes(range(32))).decode()

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "vault.key"


def ids(file: Path) -> list[str]:
    return [key.id for key in keys_in(private_text(file), str(file))]


def test_a_new_file_is_private_and_holds_one_key(file: Path) -> None:
    made = create_key_file(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert keys_in(private_text(file), str(file)) == (made,)
    assert len(base64.b64decode(made.material.reveal())) == 32
    assert [each.name for each in file.parent.iterdir()] == ["vault.key"]


def test_a_new_file_is_private_whatever_the_umask(file: Path) -> None:
    former = os.umask(0)
    try:
        create_key_file(file)
    finally:
        os.umask(former)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_exists_is_never_overwritten(file: Path) -> None:
    create_key_file(file)
    before = file.read_bytes()
    with pytest.raises(BadSetting, match="already"):
        create_key_file(file)
    assert file.read_bytes() == before


def test_of_many_that_create_at_once_one_succeeds(file: Path) -> None:
    def attempt(_: int) -> bool:
        try:
            create_key_file(file)
        except BadSetting:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(attempt, range(8))).count(True) == 1
    assert len(ids(file)) == 1


def test_an_added_key_comes_first_and_the_old_ones_stay(file: Path) -> None:
    first = create_key_file(file)
    second, third = add_key(file), add_key(file)
    assert keys_in(private_text(file), str(file)) == (third, second, first)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_keys_added_at_once_are_all_there(file: Path) -> None:
    create_key_file(file)
    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(lambda _: add_key(file).id, range(8)))
    assert set(added) < set(ids(file))
    assert len(ids(file)) == 9


def test_adding_through_a_link_changes_the_real_file(file: Path, tmp_path: Path) -> None:
    create_key_file(file)
    link = tmp_path / "link.key"
    link.symlink_to(file)
    add_key(link)
    assert link.is_symlink()
    assert len(ids(file)) == 2


@as_root
def test_root_does_not_change_a_users_file_into_one_the_user_cannot_read(file: Path) -> None:
    create_key_file(file)
    os.chown(file, 12345, 12345)
    with pytest.raises(BadSetting, match="another user"):
        add_key(file)
    assert file.stat().st_uid == 12345


def test_unused_keys_are_dropped_but_never_the_newest(file: Path) -> None:
    oldest, newest = create_key_file(file), add_key(file)
    middle = add_key(file)
    assert drop_keys_but(file, {oldest.id}) == [newest.id]
    assert ids(file) == [middle.id, oldest.id]
    assert drop_keys_but(file, set()) == [oldest.id]
    assert drop_keys_but(file, set()) == []
    assert ids(file) == [middle.id]


def test_a_full_disk_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(_: int) -> None:
        raise OSError(28, "No space left on device")

    create_key_file(file)
    before = file.read_bytes()
    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(BadSetting, match="it is as it was"):
        add_key(file)
    assert file.read_bytes() == before
    assert [each.name for each in file.parent.iterdir()] == ["vault.key"]


def test_what_a_cut_off_change_left_behind_is_no_hindrance(file: Path) -> None:
    create_key_file(file)
    (file.parent / "vault.key.new").write_text("half a k")
    add_key(file)
    assert len(ids(file)) == 2
    assert [each.name for each in file.parent.iterdir()] == ["vault.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620, 0o601])
def test_a_file_that_others_may_touch_is_refused(file: Path, mode: int) -> None:
    create_key_file(file)
    file.chmod(mode)
    with pytest.raises(BadSetting, match="others may read") as refused:
        private_text(file)
    assert refused.value.next_step.en == f"run: chmod 600 {file}"


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_private_file_is_accepted(file: Path, mode: int) -> None:
    create_key_file(file)
    file.chmod(mode)
    assert len(ids(file)) == 1


@pytest.mark.parametrize(("mode", "refused"), [(0o777, True), (0o1777, False), (0o755, False)])
def test_a_folder_in_which_others_may_swap_the_file_is_refused(file: Path, mode: int, refused: bool) -> None:
    create_key_file(file)
    file.parent.chmod(mode)
    found = []
    try:
        private_text(file)
    except BadSetting as error:
        found.append(error.what.en)
    assert found == (["others may write the key's folder"] if refused else [])


@as_root
def test_a_file_of_another_user_is_refused(file: Path) -> None:
    create_key_file(file)
    os.chown(file, 12345, 12345)
    with pytest.raises(BadSetting, match="another user"):
        private_text(file)


def test_a_missing_file_is_named_with_what_to_do(file: Path) -> None:
    with pytest.raises(BadSetting) as refused:
        private_text(file)
    assert refused.value.target == str(file)
    assert refused.value.detail == "No such file or directory"
    assert "unyo init" in refused.value.next_step.ja


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("-", "line 1 is not a key"),
        (MATERIAL, "line 1 is not a key"),
        (f"k1:{MATERIAL}\nk2:short", "line 2 is not a key"),
        (f"k1:{'=' * 44}", "line 1 is not a key"),
        (f"k1:{MATERIAL[:-1]}A", "line 1 is not a key"),
        (f"k:1:{MATERIAL}", "line 1 is not a key"),
        (f"k1:{MATERIAL}\nk1:{MATERIAL}", "two keys have one name"),
        ("\n", "no key in it"),
    ],
)
def test_a_damaged_file_names_the_line_and_shows_nothing_of_it(text: str, reason: str) -> None:
    with pytest.raises(BadSetting, match=reason) as refused:
        keys_in(Secret(text), "vault.key")
    inside = traceback.TracebackException(
        refused.type, refused.value, refused.tb.tb_next, capture_locals=True
    )
    shown = "".join(inside.format())
    assert "text = Secret(…)" in shown
    assert MATERIAL not in shown


def test_blanks_and_windows_line_ends_around_keys_do_no_harm() -> None:
    assert [key.id for key in keys_in(Secret(f"\r\n k2:{MATERIAL} \r\nk1:{MATERIAL}\r\n"), "x")] == [
        "k2",
        "k1",
    ]


def test_new_keys_differ() -> None:
    assert new_key() != new_key()
