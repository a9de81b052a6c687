"""The page, driven by a real browser against a real service."""
