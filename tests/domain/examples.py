"""How many examples the readers of a booking's fields are tried on."""

from hypothesis import settings

EXAMPLES = settings(max_examples=max(300, settings().max_examples), deadline=None)
"""300, or the 10,000 of `make examples`: heights, dates, names and codes."""

ROWS = settings(max_examples=max(100, settings().max_examples), deadline=None)
"""Of whole rows, each of which takes a hundred times longer to make up than a value."""
