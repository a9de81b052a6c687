"""What the service stands on does not work: engine, JMS, photo store, database."""

from __future__ import annotations

from app.domain.errors.base import CandidError


class EngineUnavailableError(CandidError):
    """The face engine did not answer; the same call may succeed later."""

    code = "engine_unavailable"
    text = "The face engine does not answer at the moment; try again."


class EngineMisconfiguredError(CandidError):
    """The face engine refuses what it is asked: a setting or a permission is wrong."""

    code = "engine_misconfigured"
    text = "The face engine cannot be used as it is set up; the log says what to change."


class JmsUnavailableError(CandidError):
    """The jail management system did not answer; the same call may succeed later."""

    code = "jms_unavailable"
    text = "The jail management system does not answer at the moment; try again."


class JmsTimeoutError(JmsUnavailableError):
    """The jail management system took too long."""

    code = "jms_timeout"
    text = "The jail management system took too long to answer; try again."


class JmsNotAskedError(JmsUnavailableError):
    """The jail management system is spared: it failed time and again, or is asked enough."""

    code = "jms_not_asked"
    text = "The jail management system is not asked at the moment; try again in a few seconds."


class JmsMisconfiguredError(CandidError):
    """The jail management system answered what cannot be used: a setting or mapping is wrong."""

    code = "jms_misconfigured"
    text = "The jail management system answers what cannot be used; the log says why."


class JmsCannotListError(CandidError):
    """This kind of JMS connection knows bookings but no photos."""

    code = "jms_cannot_list"
    text = "This JMS connection cannot list photos."


class JmsNotConfiguredError(CandidError):
    """No jail management system is connected."""

    code = "jms_not_configured"
    text = (
        "No jail management system is connected; set CANDID_JMS__PATH, CANDID_JMS__BASE_URL or "
        "CANDID_JMS__URL."
    )


class IdentityProviderUnavailableError(CandidError):
    """The identity provider did not answer, and its keys were had too long ago."""

    code = "identity_provider_unavailable"
    text = "The identity provider does not answer at the moment, so nobody can sign in; try again."


class IdentityProviderMisconfiguredError(CandidError):
    """The identity provider answered what cannot be used."""

    code = "identity_provider_misconfigured"
    text = "The identity provider cannot be used as it is set up; the log says what to change."


class PhotoStoreUnavailableError(CandidError):
    """The photo store cannot be read or written now (a full disk, for instance)."""

    code = "photo_store_unavailable"
    text = "The photo store cannot be used at the moment; nothing was changed. Try again."


class PhotoStoreMisconfiguredError(CandidError):
    """The photo store refuses what it is asked: a setting or a permission is wrong."""

    code = "photo_store_misconfigured"
    text = "The photo store cannot be used as it is set up; the log says what to change."


class ObjectNotReadableError(CandidError):
    """What the caller named by bucket and key is no image that can be read there."""

    code = "object_not_readable"
    text = "The object cannot be read; check its bucket, its key and its version."


class RecordsUnavailableError(CandidError):
    """The database does not answer, so nothing can be recorded and nothing is answered."""

    code = "records_unavailable"
    text = "The records cannot be written at the moment, so nothing is answered. Try again."


class ServiceBusyError(CandidError):
    """More is being asked at once than the machine can hold."""

    code = "busy"
    text = "The service is busy; try again in a moment."


class DataKeysUnavailableError(CandidError):
    """The store of the data keys cannot be used now; the same call may succeed later."""

    code = "data_keys_unavailable"
    text = "The keys of photos and templates cannot be read or made now. Try again."


class DataKeysMisconfiguredError(CandidError):
    """The store of the data keys, or the key that wraps them, is wrong here."""

    code = "data_keys_misconfigured"
    text = "The keys of photos and templates cannot be used as configured; the log says why."
