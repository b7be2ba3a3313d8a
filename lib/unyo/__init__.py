"""unyo (運用): the automation suite with which a small team runs an office network."""

__version__ = "0.1.0"
