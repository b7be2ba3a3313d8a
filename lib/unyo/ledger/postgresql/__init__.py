"""Django's PostgreSQL with the password in a file of its own, so that it can be replaced while unyo works."""
