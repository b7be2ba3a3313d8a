"""Files: the connection's own scripts, win_copy in its modes, win_file, win_stat, win_find, slurp."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile

from support.ansible_desk import Desk

TEMP = "C:\\Users\\unyo-admin\\AppData\\Local\\Temp"
COPY, FILE, STAT, FIND = (f"ansible.windows.win_{name}" for name in ("copy", "file", "stat", "find"))


def put(desk: Desk, path: str, content: bytes) -> None:
    desk.machine.files.make_folder(path.rpartition("\\")[0], desk.machine.now())
    desk.machine.files.write(path, content, desk.machine.now())


def content(desk: Desk, path: str) -> bytes | None:
    file = desk.machine.files.find(path)
    return None if file is None else file.data()


def test_a_file_is_put_in_pieces_and_fetched_again(desk: Desk) -> None:
    made = desk.help("powershell_mkdtemp.ps1", Directory="%TEMP%", Name="ansible-tmp-1")
    assert made.stdout.decode().strip() == f"{TEMP}\\ansible-tmp-1"
    path = f"{TEMP}\\ansible-tmp-1\\source"
    pieces = b"\r\n".join(base64.b64encode(piece) for piece in (b"hello ", b"there")) + b"\r\n"
    answer = json.loads(desk.help("winrm_put_file.ps1", pieces, Path=path).stdout)
    assert answer == {"sha1": hashlib.sha1(b"hello there").hexdigest()}
    piece = desk.help("winrm_fetch_file.ps1", Path=path, BufferSize=5, Offset=6).stdout
    assert base64.b64decode(piece) == b"there"
    whole = desk.help("psrp_fetch_file.ps1", Path=path, BufferSize=100).stdout.decode().splitlines()
    assert whole == ["[FILE]", base64.b64encode(b"hello there").decode()]


def test_fetching_a_folder_or_nothing_says_so(desk: Desk) -> None:
    assert (
        desk.help("winrm_fetch_file.ps1", Path="C:\\Windows", BufferSize=5, Offset=0).stdout == b"[DIR]\r\n"
    )
    assert desk.help("winrm_fetch_file.ps1", Path="C:\\none", BufferSize=5, Offset=0).exit_code == 1


def test_a_file_cannot_be_put_into_a_folder_that_is_not_there(desk: Desk) -> None:
    done = desk.help("winrm_put_file.ps1", b"", Path="C:\\none\\x")
    assert done.exit_code == 1
    assert "Could not find a part of the path" in json.loads(done.stdout)["msg"]


def test_home_is_the_users_profile(desk: Desk) -> None:
    assert desk.help("powershell_expand_user.ps1", Path="~\\x").stdout == b"C:\\Users\\unyo-admin\\x\r\n"


def test_query_names_what_must_be_sent(desk: Desk) -> None:
    put(desk, "C:\\Unyo\\same.txt", b"same")
    put(desk, "C:\\Unyo\\other.txt", b"old")
    wanted = [
        {"src": "/x/same.txt", "dest": "same.txt", "checksum": hashlib.sha1(b"same").hexdigest()},
        {"src": "/x/other.txt", "dest": "other.txt", "checksum": hashlib.sha1(b"new").hexdigest()},
    ]
    answer = desk.run(COPY, _copy_mode="query", dest="C:\\Unyo", files=wanted, directories=[{"dest": "sub"}])
    assert [file["dest"] for file in answer["files"]] == ["other.txt"]
    assert answer["directories"] == [{"dest": "sub"}]


def test_a_single_file_is_copied_with_a_backup(desk: Desk) -> None:
    put(desk, f"{TEMP}\\source", b"new")
    put(desk, "C:\\Unyo\\a.txt", b"old")
    answer = desk.run(COPY, src=f"{TEMP}\\source", dest="C:\\Unyo\\a.txt", _copy_mode="single", backup=True)
    assert content(desk, "C:\\Unyo\\a.txt") == b"new"
    assert content(desk, answer["backup_file"]) == b"old"


def test_the_folder_of_a_copy_must_exist(desk: Desk) -> None:
    put(desk, f"{TEMP}\\source", b"x")
    answer = desk.run(COPY, src=f"{TEMP}\\source", dest="C:\\none\\a.txt", _copy_mode="single")
    assert answer["msg"] == "Destination directory 'C:\\none' does not exist"


def test_a_zip_with_encoded_names_is_unpacked(desk: Desk) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(base64.b64encode("sub/日本.txt".encode()).decode(), b"x")
    put(desk, f"{TEMP}\\source.zip", packed.getvalue())
    desk.run(COPY, src=f"{TEMP}\\source.zip", dest="C:\\Unyo\\", _copy_mode="explode")
    assert content(desk, "C:\\Unyo\\sub\\日本.txt") == b"x"


def test_folders_are_copied_on_the_terminal_itself(desk: Desk) -> None:
    put(desk, "C:\\From\\sub\\a.txt", b"x")
    answer = desk.run(COPY, _copy_mode="remote", src="C:\\From", dest="C:\\To")
    assert (answer["operation"], answer["dest"], answer["size"]) == ("folder_copy", "C:\\To\\From", 1)
    assert not desk.run(COPY, _copy_mode="remote", src="C:\\From", dest="C:\\To")["changed"]


def test_a_file_is_no_directory(desk: Desk) -> None:
    put(desk, "C:\\Unyo\\a", b"")
    assert (
        desk.run(FILE, path="C:\\Unyo\\a", state="directory")["msg"] == "path C:\\Unyo\\a is not a directory"
    )
    assert desk.run(FILE, path="C:\\Unyo\\b", state="file")["msg"] == "path C:\\Unyo\\b will not be created"


def test_touch_makes_a_file_and_absent_removes_a_tree(desk: Desk) -> None:
    desk.run(FILE, path="C:\\Unyo\\sub", state="directory")
    desk.run(FILE, path="C:\\Unyo\\sub\\a", state="touch")
    assert content(desk, "C:\\Unyo\\sub\\a") == b""
    assert desk.run(FILE, path="C:\\Unyo", state="absent")["changed"]
    assert not desk.run(STAT, path="C:\\Unyo\\sub\\a")["stat"]["exists"]


def test_stat_gives_checksum_size_and_owner(desk: Desk) -> None:
    put(desk, "C:\\Unyo\\a.txt", b"hello")
    stat = desk.run(STAT, path="C:\\Unyo\\a.txt", checksum_algorithm="sha256")["stat"]
    assert (stat["size"], stat["owner"], stat["extension"]) == (5, "BUILTIN\\Administrators", ".txt")
    assert stat["checksum"] == hashlib.sha256(b"hello").hexdigest()


def test_find_by_pattern_size_and_depth(desk: Desk) -> None:
    put(desk, "C:\\Unyo\\a.log", b"x" * 2000)
    put(desk, "C:\\Unyo\\sub\\b.log", b"x")
    put(desk, "C:\\Unyo\\c.txt", b"x")

    def found(**arguments: object) -> list[str]:
        return [file["filename"] for file in desk.run(FIND, paths=["C:\\Unyo"], **arguments)["files"]]

    assert found(patterns=["*.LOG"], recurse=True) == ["a.log", "b.log"]
    assert found(size="1k", recurse=True) == ["a.log"]
    assert found(patterns=["^[ac]"], use_regex=True) == ["a.log", "c.txt"]


def test_slurp_gives_the_bytes(desk: Desk) -> None:
    put(desk, "C:\\Unyo\\a.bin", b"\x00\xff")
    assert (
        base64.b64decode(desk.run("ansible.windows.slurp", src="C:\\Unyo\\a.bin")["content"]) == b"\x00\xff"
    )


def test_a_temporary_file_exists_afterwards(desk: Desk) -> None:
    path = desk.run("ansible.windows.win_tempfile", suffix=".txt")["path"]
    assert path.startswith(f"{TEMP}\\ansible.")
    assert content(desk, path) == b""
