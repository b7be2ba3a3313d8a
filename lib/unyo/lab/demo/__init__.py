"""The demonstration: the main job on a directory of its own, with nothing left running."""
