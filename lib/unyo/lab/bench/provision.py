"""accounts.provision against ldapmodify of the same content on the same kind of fresh controller."""

from __future__ import annotations

import base64
import os
import statistics
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from unyo.core.person import Person, Roster, Standing
from unyo.lab.bench.office import import_roster, open_road, prepare, travel
from unyo.lab.personnel import staff
from unyo.lab.samba import SambaLab

BATCH = 25


def measure(quick: bool) -> dict[str, Any]:
    """Accounts/s of both ways in alternation, pair by pair; each account has a password and three groups."""
    roster = _plain_staff(20 if quick else 300)
    pairs: list[dict[str, float]] = []
    with SambaLab() as lab, tempfile.TemporaryDirectory() as scratch:
        for number in range(1 if quick else 3):
            if number:
                lab.reset()
            ours, ldif = _with_unyo(lab, Path(scratch) / str(number), roster)
            theirs = {
                name: _with_ldapmodify(lab, ldif[name], Path(scratch), len(roster.people)) for name in ldif
            }
            fastest = max(theirs.values())
            pairs.append({"unyo": ours, **theirs, "ratio_to_fastest": ours / fastest})
        tool = _with_samba_tool(lab, 3 if quick else 20)
    return {
        "accounts": len(roster.people),
        "pairs": pairs,
        "median_ratio_to_fastest_ldapmodify": statistics.median(pair["ratio_to_fastest"] for pair in pairs),
        "samba_tool_accounts_per_s": tool,
        "unyo_times_samba_tool": statistics.median(pair["unyo"] for pair in pairs) / tool,
    }


def _plain_staff(size: int) -> Roster:
    """Everybody active in one post with a title that brings a third group."""
    roster = staff(7, size)
    people = {n: _plain(person) for n, person in roster.people.items()}
    return replace(roster, people=people)


def _plain(person: Person) -> Person:
    post = replace(person.main_post, title="係長")
    return replace(person, posts=(post,), standing=Standing.ACTIVE, effective=None, handover_until=None)


def _with_unyo(lab: SambaLab, home: Path, roster: Roster) -> tuple[float, dict[str, str]]:
    prepare(home, lab)
    with open_road() as road:
        number = import_roster(road, roster)
        params = road.find_runbook("accounts.provision").Params(roster=number)
        job, seconds = travel(road, "accounts.provision", params)
        if job.state != "DONE":
            raise RuntimeError(f"the job ended {job.state}")
        return len(roster.people) / sum(seconds.values()), _ldif(road, job)


def _ldif(road: Any, job: Any) -> dict[str, str]:
    """What the job wrote, as LDIF: group members batched as unyo does, and one change per account."""
    from unyo.core.secret import SecretRef

    directory = road.tools.directory
    names = ["objectClass", "sAMAccountName", "groupType", "description", "businessCategory"]
    members: dict[str, list[str]] = {}
    head, accounts = [], []
    below = list(directory.search(directory.base_dn, "(businessCategory=*)", names))
    staff_dn = min((e.dn.partition(",")[2] for e in below), key=len)
    head.append(_record(staff_dn, {"objectClass": ["organizationalUnit"]}))
    head.append(_record(f"OU=Groups,{staff_dn}", {"objectClass": ["organizationalUnit"]}))
    for entry in sorted(below, key=lambda e: e.dn.count(",")):
        values = {
            "objectClass": ["organizationalUnit"],
            "businessCategory": list(entry.attributes["businessCategory"]),
        }
        head.append(_record(entry.dn, values))
    for entry in directory.search(f"OU=Groups,{staff_dn}", "(objectClass=group)", [*names, "member"]):
        values = {"objectClass": ["group"], "sAMAccountName": list(entry.attributes["sAMAccountName"])}
        head.append(_record(entry.dn, {**values, "groupType": list(entry.attributes["groupType"])}))
        for dn in entry.attributes.get("member", ()):
            members.setdefault(dn, []).append(entry.dn)
    wanted = {
        s.change["target"]["key"]: s.change["after"] for s in job.steps.filter(lock__startswith="account:")
    }
    asked = [*_COPIED, "employeeNumber"]
    found = list(directory.search(directory.base_dn, "(&(objectClass=user)(employeeNumber=*))", asked))
    for entry in found:
        ref = SecretRef.from_state(wanted[entry.first("employeeNumber")]["password"])
        values = {
            "objectClass": ["user"],
            **{k: list(v) for k, v in entry.attributes.items()},
            "pwdLastSet": ["0"],
        }
        quoted = f'"{road.tools.vault.open(ref).reveal()}"'.encode("utf-16-le")
        accounts.append(_record(entry.dn, values, quoted))
    batched = []
    for start in range(0, len(found), BATCH):
        joined: dict[str, list[str]] = {}
        for entry in found[start : start + BATCH]:
            for group in members.get(entry.dn, ()):
                joined.setdefault(group, []).append(entry.dn)
        batched += [_joining(group, dns) for group, dns in joined.items()]
    single = [_joining(group, [dn]) for dn, groups in members.items() for group in groups]
    return {
        "ldapmodify_groups_batched": "\n".join([*head, *accounts, *batched]),
        "ldapmodify_groups_one_by_one": "\n".join([*head, *accounts, *single]),
    }


_COPIED = [
    "sAMAccountName",
    "userPrincipalName",
    "sn",
    "givenName",
    "displayName",
    "msDS-PhoneticLastName",
    "msDS-PhoneticFirstName",
    "department",
    "departmentNumber",
    "title",
    "userAccountControl",
]


def _record(dn: str, attributes: dict[str, list[str]], password: bytes | None = None) -> str:
    lines = [_line("dn", dn.encode()), "changetype: add\n"]
    lines += [_line(name, value.encode()) for name, values in attributes.items() for value in values]
    if password is not None:
        lines.append(_line("unicodePwd", password))
    return "".join(lines)


def _joining(group: str, dns: list[str]) -> str:
    members = "".join(_line("member", dn.encode()) for dn in dns)
    return _line("dn", group.encode()) + "changetype: modify\nadd: member\n" + members


def _line(name: str, value: bytes) -> str:
    return f"{name}:: {base64.b64encode(value).decode()}\n"


def _with_ldapmodify(lab: SambaLab, ldif: str, scratch: Path, count: int) -> float:
    lab.reset()
    file, secret = scratch / "content.ldif", scratch / "password"
    for path, text in ((file, ldif), (secret, lab.admin_password.reveal())):
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(text)
    command = ["ldapmodify", "-x", "-H", lab.url, "-D", lab.admin_name, "-y", str(secret), "-f", str(file)]
    begun = time.perf_counter()
    done = subprocess.run(
        command,
        env={**os.environ, "LDAPTLS_CACERT": str(lab.ca_file)},
        capture_output=True,
        text=True,
        check=False,
    )
    took = time.perf_counter() - begun
    if done.returncode:
        raise RuntimeError(f"ldapmodify failed: {done.stderr[-300:]}")
    return count / took


def _with_samba_tool(lab: SambaLab, count: int) -> float:
    """Accounts/s of one samba-tool call per account and one per group, on the controller's own files."""
    lab.reset()
    database = str(lab.database)
    tool = ["/usr/bin/samba-tool"]
    groups = ["bench-a", "bench-b", "bench-c"]
    for group in groups:
        subprocess.run([*tool, "group", "add", group, "-H", database], capture_output=True, check=True)
    begun = time.perf_counter()
    for number in range(count):
        name = f"bench{number}"
        subprocess.run(
            [*tool, "user", "create", name, "--random-password", "-H", database],
            capture_output=True,
            check=True,
        )
        for group in groups:
            subprocess.run(
                [*tool, "group", "addmembers", group, name, "-H", database], capture_output=True, check=True
            )
    return count / (time.perf_counter() - begun)
