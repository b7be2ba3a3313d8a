"""Ansible lookup ``unyo_secret``: a secret from the vault of the unyo that runs this play, asked for when needed."""

from __future__ import annotations

import functools
import json
import os
import socket
from collections.abc import Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

DOCUMENTATION = """
    name: unyo_secret
    short_description: A secret from unyo's vault
    description:
      - Asks the unyo process that runs the play over a Unix socket. Only references that the play was given are
        answered, and only while the play runs. Use it in the task that needs the secret, with no_log.
    options:
      _terms:
        description: References, as the mapping that stands in a host variable, or as the path of one.
        required: true
"""

EXAMPLES = """
- name: Join the domain
  microsoft.ad.membership:
    domain_admin_password: "{{ lookup('unyo_secret', terminal_identity_join_password) }}"
  no_log: true
"""

RETURN = """
  _list:
    description: The secrets.
    type: list
    elements: str
"""


class LookupModule(LookupBase):  # type: ignore[misc]
    """Named by Ansible's convention."""

    def run(self, terms: Sequence[Any], variables: Any = None, **kwargs: Any) -> list[str]:
        return [_ask(term["$secret"] if isinstance(term, Mapping) else str(term)) for term in terms]


# A connection asks twice for its password; the process that remembers it is one task on one host.
@functools.cache
def _ask(path: str) -> str:
    try:
        answer = _spoken(os.environ["UNYO_PRIVATE"], {"secret": str(path)})
    except (OSError, KeyError, ValueError) as error:
        raise AnsibleLookupError(f"unyo_secret: unyo does not answer ({type(error).__name__})") from None
    if "error" in answer:
        raise AnsibleLookupError(f"unyo_secret: {answer['error']}: {path}")
    return str(answer["value"])


def _spoken(private: str, question: dict[str, str]) -> dict[str, Any]:
    """One question, one answer. The socket's path may be longer than the 107 bytes that the kernel takes."""
    directory = os.open(private, os.O_PATH)
    try:
        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(30)
            wire.connect(f"/proc/self/fd/{directory}/desk")
            wire.sendall(json.dumps(question).encode() + b"\n")
            with wire.makefile("r", encoding="utf-8") as file:
                answer: dict[str, Any] = json.loads(file.readline())
                return answer
    finally:
        os.close(directory)
