"""A message as a mail: headers in any language, a text that survives every relay."""

from __future__ import annotations

import re
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from unyo.core.dates import in_jst
from unyo.core.errors import BadInput
from unyo.core.text import Language, Text

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")


def check_address(address: str) -> str:
    """The address; BadInput where it is none that every mail server takes."""
    try:
        if _ADDRESS.fullmatch(address) and Address(addr_spec=address).addr_spec == address:
            return address
    except (HeaderParseError, ValueError, IndexError):
        pass
    raise BadInput(
        "notify.address",
        Text("this is no mail address", "メールアドレスとして使えません"),
        Text(
            "write it like name@example.jp, in ASCII letters", "name@example.jp のように半角英数字で指定する"
        ),
        target=address[:80],
    )


def letter(
    sender: str, address: str, subject: str, text: str, at: datetime, id: str, language: Language
) -> EmailMessage:
    """One mail to one address. ``id`` becomes its Message-ID, so that a second copy is known as one."""
    made = EmailMessage(policy=SMTP)
    made["From"] = Address("unyo", addr_spec=check_address(sender))
    made["To"] = Address(addr_spec=check_address(address))
    made["Subject"] = subject
    made["Date"] = format_datetime(in_jst(at))
    made["Message-ID"] = f"<{id}@{sender.rpartition('@')[2]}>"
    # RFC 3834: no holiday reply may come back.
    made["Auto-Submitted"] = "auto-generated"
    made["Content-Language"] = language.value
    made.set_content(text, charset="utf-8", cte="base64")
    return made
