"""Every setting, a group a file; the only reader of the environment."""

from app.settings.access import AuthSettings, ClientSettings
from app.settings.audit import AuditSettings
from app.settings.data_keys import DataKeysSettings, FileDataKeysSettings, S3DataKeysSettings
from app.settings.encryption import EncryptionSettings
from app.settings.engine import (
    EncoderSettings,
    EngineSettings,
    LocalEngineSettings,
    ModelSettings,
    RekognitionSettings,
    cores,
)
from app.settings.environment import PREFIX, Settings, SettingsError
from app.settings.forgetting import ProbesSettings, RetentionSettings
from app.settings.imports import ImportsSettings
from app.settings.jms import FileJmsSettings, JmsSettings
from app.settings.jms_events import JmsEventsSettings, JmsRemovalsSettings
from app.settings.jms_lookups import JmsLookupsSettings
from app.settings.limits import LimitsSettings
from app.settings.own_jms import OwnJmsSettings
from app.settings.photos import DirectoryPhotosSettings, PhotosSettings, S3PhotosSettings
from app.settings.policy import PolicySettings
from app.settings.rest_jms import RestJmsSettings
from app.settings.soap_jms import SoapJmsSettings
from app.settings.sql_jms import SqlJmsSettings
from app.settings.tls import TlsSettings

__all__ = [
    "PREFIX",
    "AuditSettings",
    "AuthSettings",
    "ClientSettings",
    "DataKeysSettings",
    "DirectoryPhotosSettings",
    "EncoderSettings",
    "EncryptionSettings",
    "EngineSettings",
    "FileDataKeysSettings",
    "FileJmsSettings",
    "ImportsSettings",
    "JmsEventsSettings",
    "JmsLookupsSettings",
    "JmsRemovalsSettings",
    "JmsSettings",
    "LimitsSettings",
    "LocalEngineSettings",
    "ModelSettings",
    "OwnJmsSettings",
    "PhotosSettings",
    "PolicySettings",
    "ProbesSettings",
    "RekognitionSettings",
    "RestJmsSettings",
    "RetentionSettings",
    "S3DataKeysSettings",
    "S3PhotosSettings",
    "Settings",
    "SettingsError",
    "SoapJmsSettings",
    "SqlJmsSettings",
    "TlsSettings",
    "cores",
]
