"""The wire format, kept apart from the domain so that either may change alone."""
