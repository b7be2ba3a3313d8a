"""Active Directory and Samba over LDAP: encrypted and verified, paged, in batches."""

from unyo.connectors.directory.ldap_directory import LdapDirectory
from unyo.connectors.directory.options import DirectorySettings

__all__ = ["DirectorySettings", "LdapDirectory"]
