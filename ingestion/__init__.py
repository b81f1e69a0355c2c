"""From raw data to the ledger, its vectors and a served generation."""
