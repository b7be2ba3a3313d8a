"""Account information for other systems: whole files, SCIM 2.0 over HTTPS, LDAP entries."""
