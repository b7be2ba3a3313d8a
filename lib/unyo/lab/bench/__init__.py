"""Measurements as ratios within one run; each file is one benchmark."""
