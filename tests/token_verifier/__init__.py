"""Where people sign in."""
