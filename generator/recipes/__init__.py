"""How the adapters in `generator/adapters/` were made. Run by hand; the product imports nothing from here."""
