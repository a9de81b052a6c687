"""What the core needs from the outside world, one port a file."""
