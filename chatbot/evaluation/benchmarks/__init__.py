"""Measurements on data that others publish, each beside named peers in the same run."""
