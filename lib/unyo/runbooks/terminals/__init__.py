"""Terminals: discovery, preparation, diagnosis, search and isolation."""
