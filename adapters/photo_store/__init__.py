"""Implementations of `app.ports.photo_store`."""
