"""What must not be shown: hidden at once, removed after a second word."""
