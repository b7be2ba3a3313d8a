"""What a simulated terminal does when Ansible's exec wrapper talks to it."""
