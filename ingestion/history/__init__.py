"""Histories: who did what with which item, and who is related to whom → the ledger."""
