"""The conversation: understanding, profile, policy, engine, sessions, settings."""
