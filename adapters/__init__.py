"""Implementations of `app.ports`: one folder a port, one file or package a vendor."""
