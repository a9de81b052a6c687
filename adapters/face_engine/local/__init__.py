"""The local face engine: weights, encoder and gallery on this machine's processors."""
