"""Where an import finds its photos: one module a kind of source."""
