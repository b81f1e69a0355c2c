"""Simulated people: each has wishes and patience, never a title in mind, and talks until content or tired."""
