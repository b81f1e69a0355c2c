"""Training: one readable file and one TOML an experiment. Run by hand, never imported by the product."""
