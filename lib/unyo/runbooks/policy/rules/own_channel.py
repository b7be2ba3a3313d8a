"""Which rules would cut the way on which unyo itself comes to the terminals of this installation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from unyo.core.baseline import Kind, Rule
from unyo.core.terminal import Way

_WINRM = r"hklm:\software\policies\microsoft\windows\winrm\service"
_SYSTEM = r"hklm:\software\microsoft\windows\currentversion\policies\system"
_MSV = r"hklm:\system\currentcontrolset\control\lsa\msv1_0"

_LOCAL = {"S-1-5-113", "S-1-5-114"}
_EVERYBODY = {"S-1-1-0", "S-1-5-11", "S-1-5-32-544"}

Test = Callable[[Any, Way], bool]


def cuts_own_way(rule: Rule, wanted: Any, way: Way) -> bool:
    """Whether a terminal on which the rule's setting is ``wanted`` would no longer let unyo in."""
    setting = rule.setting
    match setting.kind:
        case Kind.REGISTRY:
            test = _REGISTRY.get((setting["key"].lower(), setting["name"].lower()))
            return test is not None and test(wanted, way)
        case Kind.USER_RIGHT:
            return _right_cuts(setting["name"], wanted or (), way)
        case Kind.SERVICE:
            return setting["name"].lower() == "winrm" and wanted == "disabled"
    return False


def _right_cuts(name: str, holders: Collection[str], way: Way) -> bool:
    """A denial that covers unyo's account, or a permission that leaves all administrators out."""
    if name == "SeDenyNetworkLogonRight":
        return bool(_EVERYBODY & set(holders)) or (way.is_local and bool(_LOCAL & set(holders)))
    return name == "SeNetworkLogonRight" and not (_EVERYBODY & set(holders))


def _uses_ntlm(way: Way) -> bool:
    return way.transport == "ntlm" or (way.transport == "negotiate" and way.is_local)


def _off(test: Callable[[Way], bool]) -> Test:
    return lambda wanted, way: wanted == 0 and test(way)


_REGISTRY: Mapping[tuple[str, str], Test] = {
    (_WINRM, "allowbasic"): _off(lambda way: way.transport == "basic"),
    # NTLM and Kerberos encrypt the messages themselves; only Basic needs the channel for it.
    (_WINRM, "allowunencryptedtraffic"): _off(lambda way: way.transport == "basic" and way.scheme == "http"),
    (_WINRM, "allowkerberos"): _off(lambda way: way.transport == "kerberos"),
    (_WINRM, "allownegotiate"): _off(lambda way: way.transport in ("negotiate", "ntlm")),
    (_WINRM, "allowautoconfig"): _off(lambda way: True),
    (_WINRM + r"\winrs", "allowremoteshellaccess"): _off(lambda way: way.protocol == "winrm"),
    (_SYSTEM, "localaccounttokenfilterpolicy"): lambda wanted, way: not wanted and way.is_local,
    (_MSV, "restrictreceivingntlmtraffic"): lambda wanted, way: wanted in (1, 2) and _uses_ntlm(way),
}
