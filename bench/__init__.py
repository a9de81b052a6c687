"""What the figures in the README come from: one command prints each table."""
