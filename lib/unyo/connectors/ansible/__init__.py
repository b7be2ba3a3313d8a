"""Ansible playbooks on terminals: one process per play, secrets at run time, nothing left behind."""
