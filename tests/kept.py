"""What tests fetch once and keep, where `candid` itself keeps it."""

import platformdirs

MODELS = platformdirs.user_cache_path("candid") / "models"
PORTRAITS = platformdirs.user_cache_path("candid") / "portraits"
