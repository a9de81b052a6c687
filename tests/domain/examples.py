"""How many examples the readers of a booking's fields are tried on."""

from hypothesis import settings

EXAMPLES = settings(max_examples=max(300, settings().max_examples), deadline=None)
"""300, or the 10,000 of `make examples`: heights, dates, names and codes."""
