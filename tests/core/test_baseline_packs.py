"""The rule packs that ship with unyo, and files of a site beside them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from unyo.baselines import BaselineFiles
from unyo.core.baseline import Channel, Kind, Rule
from unyo.core.errors import BadSetting, NotFound
from unyo.settings import shipped

PACKS = ("windows11", "windows11-domain", "windows-server")
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")

# Settings that have cut administrators off before, and what each can cut.
DANGEROUS = {
    **{f"user_right {name}": Channel.LOGON for name in ("SeNetworkLogonRight", "SeInteractiveLogonRight")},
    **{f"user_right SeDeny{name}LogonRight": Channel.LOGON for name in ("Network", "Interactive")},
    "user_right SeRemoteInteractiveLogonRight": Channel.RDP,
    "user_right SeDenyRemoteInteractiveLogonRight": Channel.RDP,
    "security LockoutBadCount": Channel.LOGON,
    "security AllowAdministratorLockout": Channel.LOGON,
    "security EnableAdminAccount": Channel.LOGON,
    "security NewAdministratorName": Channel.LOGON,
    **{f"service {name}": Channel.WINRM for name in ("WinRM", "mpssvc", "LanmanServer", "Netlogon")},
    **{f"service {name}": Channel.RDP for name in ("TermService", "SessionEnv", "UmRdpService")},
    **{f"firewall {profile} Enabled": Channel.WINRM for profile in ("domain", "private", "public")},
    **{
        f"firewall {profile} DefaultInboundAction": Channel.WINRM
        for profile in ("domain", "private", "public")
    },
    **{f"firewall {profile} AllowInboundRules": Channel.WINRM for profile in ("domain", "private", "public")},
    **{
        f"firewall {profile} AllowLocalFirewallRules": Channel.WINRM
        for profile in ("domain", "private", "public")
    },
    **{
        f"registry winrm\\service\\{name}": Channel.WINRM
        for name in (
            "allowbasic",
            "allowunencryptedtraffic",
            "allowkerberos",
            "allownegotiate",
            "allowautoconfig",
        )
    },
    "registry winrm\\service\\winrs\\allowremoteshellaccess": Channel.WINRM,
    "registry terminal services\\fdenytsconnections": Channel.RDP,
    "registry terminal services\\userauthentication": Channel.RDP,
    "registry terminal services\\securitylayer": Channel.RDP,
    "registry terminal services\\minencryptionlevel": Channel.RDP,
    "registry system\\localaccounttokenfilterpolicy": Channel.WINRM,
    "registry system\\filteradministratortoken": Channel.WINRM,
    "registry system\\enablelua": Channel.WINRM,
    "registry lsa\\lmcompatibilitylevel": Channel.WINRM,
    "registry lsa\\forceguest": Channel.WINRM,
    "registry msv1_0\\ntlmminserversec": Channel.WINRM,
    "registry msv1_0\\ntlmminclientsec": Channel.WINRM,
    "registry msv1_0\\restrictreceivingntlmtraffic": Channel.WINRM,
    "registry parameters\\supportedencryptiontypes": Channel.LOGON,
    "registry server\\enabled": Channel.WINRM,
}


def danger(rule: Rule) -> Channel | None:
    setting = rule.setting
    if setting.kind is Kind.REGISTRY:
        path = f"{setting['key']}\\{setting['name']}".lower()
        return next(
            (
                cuts
                for name, cuts in DANGEROUS.items()
                if path.endswith(name.removeprefix("registry").strip())
            ),
            None,
        )
    parts = [setting["profile"], setting["name"]] if setting.kind is Kind.FIREWALL else [setting.shown]
    named = setting["name"] if setting.kind is Kind.SECURITY else " ".join(parts)
    return DANGEROUS.get(f"{setting.kind} {named}")


@pytest.fixture
def files(tmp_path: Path) -> BaselineFiles:
    (tmp_path / "baselines").mkdir()
    return BaselineFiles(tmp_path)


def site(files: BaselineFiles, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "baselines" / name).write_text(text, encoding="utf-8")


def test_the_packs_hold_as_many_rules_as_are_promised(files: BaselineFiles) -> None:
    assert set(files.names()) == set(PACKS)
    assert len(files.pack("windows11").rules) >= 140
    assert len(files.pack("windows-server").rules) >= 80


def test_the_pack_for_terminals_covers_every_kind_of_setting(files: BaselineFiles) -> None:
    kinds = {rule.setting.kind for rule in files.pack("windows11").rules}
    assert kinds == set(Kind) - {Kind.SCRIPT}


@pytest.mark.parametrize("name", PACKS)
def test_every_rule_speaks_both_languages_and_names_a_source(files: BaselineFiles, name: str) -> None:
    for rule in files.pack(name).rules:
        assert JAPANESE.search(rule.title.ja), rule.id
        assert JAPANESE.search(rule.why.ja), rule.id
        assert not JAPANESE.search(rule.title.en + rule.why.en), rule.id
        assert all(
            re.search(r"CIS|STIG|Microsoft|統一基準|Services:|Security Options|Computer", r)
            for r in rule.reference
        )


@pytest.mark.parametrize("name", PACKS)
def test_no_two_rules_of_a_pack_set_the_same_thing(files: BaselineFiles, name: str) -> None:
    settings = [str(sorted(rule.setting.as_json().items())).lower() for rule in files.pack(name).rules]
    assert len(settings) == len(set(settings))


@pytest.mark.parametrize("name", PACKS)
def test_every_rule_that_can_cut_administrators_off_says_so(files: BaselineFiles, name: str) -> None:
    silent = [rule.id for rule in files.pack(name).rules if (cuts := danger(rule)) and cuts not in rule.cuts]
    assert silent == []


def test_the_list_of_dangers_finds_what_it_should(files: BaselineFiles) -> None:
    found = {rule.id for rule in files.pack("windows11-domain").rules if danger(rule)}
    assert {
        "winrm-service-basic-off",
        "right-deny-network",
        "firewall-public-local-rules",
        "rdp-nla",
    } <= found
    assert "uac-remote-local-accounts" in found
    assert "password-length" not in found


@pytest.mark.parametrize("name", PACKS)
def test_point_and_print_is_never_lowered(files: BaselineFiles, name: str) -> None:
    rules = files.pack(name).by_id()
    assert not rules["point-and-print-administrators"].accepts(0)
    assert rules["point-and-print-administrators"].wanted == 1
    for rule in ("point-and-print-install", "point-and-print-update"):
        assert not rules[rule].accepts(1)


@pytest.mark.parametrize("name", PACKS)
def test_no_rule_sets_a_lock_in_the_firmware_that_no_undo_could_take_away(
    files: BaselineFiles, name: str
) -> None:
    rules = files.pack(name).by_id()
    locks = ("lsa-protection", "credential-guard", "vbs-code-integrity")
    assert {rules[rule].wanted for rule in locks if rule in rules} == {2}


def test_the_usual_pack_shuts_no_local_account_out(files: BaselineFiles) -> None:
    rules = files.pack("windows11").by_id()
    assert "uac-remote-local-accounts" not in rules
    assert "S-1-5-113" not in rules["right-deny-network"].wanted
    assert "S-1-5-113" in files.pack("windows11-domain").by_id()["right-deny-network"].wanted


def test_servers_share_rules_and_want_some_of_them_differently(files: BaselineFiles) -> None:
    terminals, servers = files.pack("windows11").by_id(), files.pack("windows-server").by_id()
    assert servers["password-length"] == terminals["password-length"]
    assert servers["right-local-logon"].wanted == ["S-1-5-32-544"]
    assert servers["right-local-logon"].setting == terminals["right-local-logon"].setting
    assert "onedrive-off" not in servers


def test_the_example_of_exceptions_can_be_used_as_it_is(files: BaselineFiles, tmp_path: Path) -> None:
    example = shipped("inventory") / "baselines/exceptions.example.yml"
    site(files, tmp_path, "exceptions.yml", example.read_text(encoding="utf-8"))
    assert [given.expires for given in files.exceptions()] == [date(2027, 3, 31), date(2026, 11, 30)]


def test_a_sites_pack_wins_over_the_shipped_one_and_may_include_it(
    files: BaselineFiles, tmp_path: Path
) -> None:
    assert files.pack("windows11").by_id()["password-length"].wanted == 14
    own = {
        "title": {"en": "Ours", "ja": "当庁"},
        "includes": [{"pack": "shipped/windows11", "override": {"password-length": {"wanted": 16}}}],
    }
    site(files, tmp_path, "windows11.yml", yaml.safe_dump(own, allow_unicode=True))
    assert files.pack("windows11").by_id()["password-length"].wanted == 16
    assert files.pack("windows-server").by_id()["password-length"].wanted == 16


def test_a_rule_id_means_one_setting_in_all_packs(files: BaselineFiles, tmp_path: Path) -> None:
    text = (shipped("inventory") / "baselines/windows11.yml").read_text(encoding="utf-8")
    site(files, tmp_path, "ours.yml", text.replace("MinimumPasswordLength", "PasswordHistorySize"))
    with pytest.raises(BadSetting, match="another setting"):
        files.rules()


def test_packs_that_include_each_other_are_named(files: BaselineFiles, tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        site(files, tmp_path, f"{name}.yml", f"title: {{en: x, ja: あ}}\nincludes: [{{pack: {other}}}]")
    with pytest.raises(BadSetting, match="a → b → a"):
        files.pack("a")


def test_a_pack_that_is_not_there_is_named_with_those_that_are(files: BaselineFiles) -> None:
    with pytest.raises(NotFound, match="windows11-domain"):
        files.pack("windows12")


def test_a_script_rule_means_its_texts(files: BaselineFiles, tmp_path: Path) -> None:
    site(
        files,
        tmp_path,
        "own.yml",
        """
title: {en: Own, ja: 独自}
rules:
  - id: wallpaper
    title: {en: Ours, ja: 壁紙}
    why: {en: Seen, ja: 視認}
    reference: Microsoft
    severity: low
    setting: {kind: script, read: wallpaper}
    wanted: blue
""",
    )
    with pytest.raises(BadSetting, match=r"wallpaper\.read\.ps1"):
        files.pack("own")
    scripts = tmp_path / "baselines/scripts"
    scripts.mkdir()
    (scripts / "wallpaper.read.ps1").write_text("'blue'")
    (scripts / "wallpaper.write.ps1").write_text("param($v)")
    first = files.pack("own").rules[0]
    assert first.setting.as_json() == {"kind": "script", "read": "'blue'", "write": "param($v)"}
    (scripts / "wallpaper.write.ps1").write_text("param($value)")
    assert files.pack("own").rules[0].address_digest != first.address_digest
