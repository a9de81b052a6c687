"""Attempts at making a face engine's errors more equal, and what each came to."""
