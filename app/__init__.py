"""Candid: which people booked here does this photo resemble? Leads for human review."""
