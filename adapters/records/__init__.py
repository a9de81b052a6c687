"""Implementations of `app.ports.records`."""
