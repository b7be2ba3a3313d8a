"""Ansible's Windows modules as effects on a terminal's state, one small group a file."""
