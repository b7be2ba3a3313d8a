"""Passwords of database accounts: PostgreSQL roles and MariaDB accounts."""
