"""The inventory of one play: hosts, their variables, how to connect; references of secrets, never secrets."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from unyo.connectors.ansible.desk import CONNECTION
from unyo.connectors.ansible.options import AnsibleSettings
from unyo.connectors.winrm.options import WinrmSettings, service_host
from unyo.core.playbook import PlayHost
from unyo.core.secret import SecretRef
from unyo.core.terminal import Terminal

GROUP = "terminals"
_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")


def host_names(hosts: Sequence[PlayHost]) -> list[str]:
    """Ansible's name of each host: the terminal's own where it is plain and not used twice."""
    names: list[str] = []
    for number, host in enumerate(hosts):
        name = host.terminal.name.lower()
        usable = _PLAIN_NAME.fullmatch(name) and name not in (*names, "localhost", "all", GROUP)
        names.append(name if usable else f"terminal-{number}")
    return names


def own_name(host: str) -> str:
    """Under which name a host's own password is asked for."""
    return f"{CONNECTION}/{host}"


def inventory_text(
    settings: AnsibleSettings, names: Sequence[str], hosts: Sequence[PlayHost], own: Collection[str] = ()
) -> str:
    """The inventory as JSON. Nothing in it is a template but the password's place: ledgers hold any text.

    ``own`` holds the ``own_name`` of hosts that have a password of their own.
    """
    described = {
        name: inert(_facts(host.terminal) | dict(host.variables))
        for name, host in zip(names, hosts, strict=True)
    }
    shared = inert({"unyo_scripts": str(settings.scripts), **connection_variables(settings.reach)})
    if settings.reach.transport != "certificate":
        # The one template: asked for by each connection, at the moment that it is made.
        shared["ansible_password"] = f"{{{{ lookup('unyo_secret', '{CONNECTION}') }}}}"
        for name in names:
            if own_name(name) in own:
                # Names of hosts are plain: nothing in one could end the quotes.
                described[name]["ansible_password"] = f"{{{{ lookup('unyo_secret', '{own_name(name)}') }}}}"
    return json.dumps({"all": {"children": {GROUP: {"vars": shared, "hosts": described}}}})


def references(hosts: Sequence[PlayHost]) -> set[SecretRef]:
    """Every reference in the hosts' variables."""
    return {found for host in hosts for found in _references(host.variables)}


def _references(value: Any) -> Iterator[SecretRef]:
    found = SecretRef.from_state(value)
    if found is not None:
        yield found
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _references(item)


def _facts(terminal: Terminal) -> dict[str, Any]:
    place = terminal.place
    facts = {
        "unyo_serial": terminal.serial,
        "unyo_name": terminal.name,
        "unyo_kind": terminal.kind,
        "unyo_site": place.site,
        "unyo_floor": place.floor,
        "unyo_room": place.room,
        "ansible_host": terminal.address,
    }
    named = service_host(terminal)
    if named is not None:
        facts |= {
            "ansible_winrm_kerberos_hostname_override": named,
            "ansible_psrp_negotiate_hostname_override": named,
        }
    return facts | ({"ansible_port": terminal.port} if terminal.port else {})


def connection_variables(reach: WinrmSettings) -> dict[str, Any]:
    """How every terminal is reached; the password is not among it."""
    shared: dict[str, Any] = {
        "ansible_connection": reach.protocol,
        "ansible_user": reach.user,
        "ansible_port": reach.default_port,
    }
    options = _psrp(reach) if reach.protocol == "psrp" else _winrm(reach)
    return shared | {name: value for name, value in options.items() if value != ""}


def _winrm(reach: WinrmSettings) -> dict[str, Any]:
    # pywinrm does not negotiate: for an account of a domain that is Kerberos.
    transport = "kerberos" if reach.authentication == "negotiate" else reach.authentication
    return {
        "ansible_winrm_scheme": reach.scheme,
        "ansible_winrm_transport": transport,
        "ansible_winrm_server_cert_validation": "validate",
        "ansible_winrm_ca_trust_path": reach.ca_file,
        "ansible_winrm_cert_pem": reach.certificate_file,
        "ansible_winrm_cert_key_pem": reach.certificate_key_file,
        # Its kinit would not hear of a configuration of our own otherwise.
        "ansible_winrm_kinit_env_vars": ["KRB5_CONFIG"],
        # This is also the patience of one answer, which a busy terminal needs more of than a connection.
        "ansible_winrm_connection_timeout": max(15, round(reach.connect_seconds)),
    }


def _psrp(reach: WinrmSettings) -> dict[str, Any]:
    return {
        "ansible_psrp_protocol": reach.scheme,
        "ansible_psrp_auth": reach.authentication,
        # As unyo's own connection asks: every machine account answers for it.
        "ansible_psrp_negotiate_service": "HTTP",
        "ansible_psrp_cert_validation": "validate",
        "ansible_psrp_ca_cert": reach.ca_file,
        "ansible_psrp_certificate_pem": reach.certificate_file,
        "ansible_psrp_certificate_key_pem": reach.certificate_key_file,
        "ansible_psrp_connection_timeout": max(1, round(reach.connect_seconds)),
        "ansible_psrp_ignore_proxy": True,
    }


def inert(value: Any) -> Any:
    """The same value so that Ansible never takes a text in it for a template."""
    if isinstance(value, str):
        return {"__ansible_unsafe": value} if "{" in value else value
    if isinstance(value, Mapping):
        return {str(key): inert(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [inert(item) for item in value]
    return value
