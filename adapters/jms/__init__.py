"""Implementations of `app.ports.jms`."""
