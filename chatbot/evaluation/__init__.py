"""Dialogues that pass or fail: scripts, their runner, simulated people, measures and reports."""
