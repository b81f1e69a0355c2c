"""Interactions of people, parted by time and ranked by Parley and by peers; `run` is where it starts."""
