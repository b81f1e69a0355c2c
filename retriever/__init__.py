"""Which items, in which order: the ledger, the encoder, the generations, the ranking."""
