"""Accounts in the directory: from the personnel file to the log-on."""
