"""Implementations of `app.ports.darkroom`."""
