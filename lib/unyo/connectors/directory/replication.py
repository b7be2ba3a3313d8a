"""Other controllers that have not heard of a new password yet: told, never held against the job."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from unyo.connectors.directory.ldap_directory import LdapDirectory
from unyo.core.directory import Entry
from unyo.core.errors import UnyoError
from unyo.core.text import Text

_ASKED = "pwdLastSet"


def lagging(directory: LdapDirectory, peers: Sequence[str], entry: Entry) -> list[Text]:
    """One note for each other controller that still knows the former password, or does not answer.

    It reads when the password was set there; a log-on would count as a bad one where it is not known yet.
    """
    notes = []
    for url in peers:
        name = urlsplit(url).hostname or url
        other = directory.at(url)
        try:
            found = next(other.search(entry.dn, "(objectClass=*)", [_ASKED], "base"), None)
        except UnyoError:
            notes.append(Text(f"{name} did not answer", f"{name} は応答しません"))
            continue
        finally:
            other.close()
        if found is None or int(found.first(_ASKED) or 0) < int(entry.first(_ASKED) or 0):
            notes.append(
                Text(
                    f"{name} does not know the new password yet (replication)",
                    f"{name} には新しいパスワードがまだ複製されていません",
                )
            )
    return notes
