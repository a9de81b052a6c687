"""Where the keys of photos and templates are kept."""
