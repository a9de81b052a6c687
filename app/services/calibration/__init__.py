"""Use cases: what a score means in this very gallery, measured and kept."""
