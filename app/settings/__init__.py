"""Every setting, a group a file; the only reader of the environment."""

from app.settings.access import AuthSettings, ClientSettings
from app.settings.engine import (
    EncoderSettings,
    EngineSettings,
    LocalEngineSettings,
    RekognitionSettings,
)
from app.settings.environment import PREFIX, Settings, SettingsError
from app.settings.jms import FileJmsSettings, JmsSettings, RestJmsSettings
from app.settings.photos import DirectoryPhotosSettings, PhotosSettings, S3PhotosSettings

__all__ = [
    "PREFIX",
    "AuthSettings",
    "ClientSettings",
    "DirectoryPhotosSettings",
    "EncoderSettings",
    "EngineSettings",
    "FileJmsSettings",
    "JmsSettings",
    "LocalEngineSettings",
    "PhotosSettings",
    "RekognitionSettings",
    "RestJmsSettings",
    "S3PhotosSettings",
    "Settings",
    "SettingsError",
]
