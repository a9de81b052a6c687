"""Policy profiles in YAML: those that are shipped, and an agency's own."""

from adapters.policy.profile_file import ProfileError, read_profile
from adapters.policy.shipped import shipped_names, shipped_text

__all__ = ["ProfileError", "read_profile", "shipped_names", "shipped_text"]
