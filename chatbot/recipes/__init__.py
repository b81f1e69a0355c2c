"""Training of the small components of understanding: one readable file each, run and never imported."""
