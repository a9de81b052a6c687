"""The policy profile that the settings name, read and checked at the start."""

from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.policy import ProfileError, read_profile, shipped_names, shipped_text
from app.domain.policy import Profile
from app.domain.policy_in_force import Policy
from app.domain.purpose import Purpose
from app.settings import PREFIX, Settings, SettingsError

DEFAULT = "default"


def policy_of(settings: Settings) -> Policy:
    """Return the policy in force; SettingsError, one line that names file and rule."""
    chosen = settings.policy
    if chosen.path is not None:
        profile = own_profile(chosen.path)
    else:
        profile = shipped_profile(chosen.profile or DEFAULT)
    zone = ZoneInfo(settings.time_zone)
    policy = Policy(profile, settings.authentication, chosen.engine_evaluation, zone)
    if settings.jms is None:
        _check_can_confirm(policy)
    return policy


def own_profile(path: Path) -> Profile:
    """Read an agency's own file; raises SettingsError."""
    try:
        profile = read_profile(path.read_bytes(), str(path))
    except OSError as error:
        reason = error.strerror or error
        raise SettingsError(f"the policy profile {path} cannot be read: {reason}") from error
    except ProfileError as error:
        raise SettingsError(f"the policy profile {error}") from error
    name = profile.facts.profile
    if name in shipped_names():
        raise SettingsError(
            f"the policy profile {path}: name: {name} is one that is shipped; give yours another"
        )
    return profile


def shipped_profile(name: str) -> Profile:
    """Read one that is shipped; raises SettingsError."""
    return read_profile(text_of_shipped(name), f"{name}.yaml")


def text_of_shipped(name: str) -> bytes:
    """Return the file of one that is shipped; raises SettingsError."""
    if name not in (known := shipped_names()):
        raise SettingsError(
            f"{PREFIX}POLICY__PROFILE: no profile of this name is shipped; there are "
            f"{', '.join(known)}. For a file of your own set {PREFIX}POLICY__PATH"
        )
    return shipped_text(name)


def _check_can_confirm(policy: Policy) -> None:
    counting = (rule for purpose in Purpose for rule in policy.terms(purpose).rules)
    rule = next((one for one in counting if one.effect.confirmed_only), None)
    if rule is not None:
        raise SettingsError(
            f"rule {rule.id} of {policy.facts.named} shows only candidates whom the jail "
            f"management system confirms, and none is connected: set {PREFIX}JMS__PATH or "
            f"{PREFIX}JMS__BASE_URL"
        )
