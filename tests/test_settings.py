"""Settings: defaults work, mistakes are told in one line, everything is documented."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from app.domain.access import Scope
from app.domain.imports import SourceKind
from app.settings import (
    DirectoryPhotosSettings,
    FileJmsSettings,
    LocalEngineSettings,
    RekognitionSettings,
    RestJmsSettings,
    S3PhotosSettings,
    Settings,
    SettingsError,
    SoapJmsSettings,
)

DOCUMENT = (Path(__file__).parents[1] / "docs" / "settings.md").read_text()


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CANDID_DATA_DIR", "CANDID_PORT"):
        monkeypatch.delenv(name, raising=False)


def names(model: type[BaseModel], prefix: str = "CANDID_") -> Iterator[str]:
    for name, field in model.model_fields.items():
        groups = list(_models(field.annotation))
        for group in groups:
            yield from names(group, f"{prefix}{name.upper()}__")
        if not groups:
            yield prefix + name.upper()


def _models(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def test_every_setting_is_documented() -> None:
    missing = [name for name in set(names(Settings)) if f"`{name}`" not in DOCUMENT]

    assert not missing


def test_nothing_needs_to_be_set() -> None:
    settings = Settings.read()

    assert isinstance(settings.engine, LocalEngineSettings)
    assert settings.jms is None
    assert not settings.authentication


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("CANDID_JMS__PATH", "bookings.csv", FileJmsSettings),
        ("CANDID_JMS__BASE_URL", "http://jms.example", RestJmsSettings),
    ],
)
def test_the_kind_of_jms_is_inferred(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, kind: type
) -> None:
    monkeypatch.setenv(name, value)

    assert isinstance(Settings.read().jms, kind)


def test_a_requests_file_means_a_jms_that_speaks_soap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDID_JMS__REQUESTS", "requests.yaml")
    monkeypatch.setenv("CANDID_JMS__SERVICE_URL", "http://jms.example/soap")
    monkeypatch.setenv("CANDID_JMS__AUTH__USERNAME", "clerk")
    monkeypatch.setenv("CANDID_JMS__AUTH__PASSWORD", "sesame")

    assert isinstance(Settings.read().jms, SoapJmsSettings)


def test_the_kind_of_engine_is_inferred(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDID_ENGINE__REGION", "us-west-2")

    assert isinstance(Settings.read().engine, RekognitionSettings)


def test_what_the_agency_relies_on_is_kept_trimmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDID_ENGINE__TERMS_REFERENCE", " permission 2026-017, 2026-03-02, AG ")

    engine = Settings.read().engine

    assert isinstance(engine, RekognitionSettings)
    assert engine.terms_reference == "permission 2026-017, 2026-03-02, AG"


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("CANDID_PHOTOS__PATH", "photos", DirectoryPhotosSettings),
        ("CANDID_PHOTOS__BUCKET", "jail-photos", S3PhotosSettings),
    ],
)
def test_the_kind_of_photo_store_is_inferred(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, kind: type
) -> None:
    monkeypatch.setenv(name, value)

    assert isinstance(Settings.read().photos, kind)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("REGION", "us-west-2", "CANDID_PHOTOS__BUCKET: Field required"),
        ("PATH", "photos", "CANDID_PHOTOS: .*contradictory"),
        ("KMS_KEY_ID", "jail-key", "CANDID_PHOTOS: kms_key_id belongs to encryption kms"),
        ("PREFIX", "/photos/", "CANDID_PHOTOS__PREFIX: "),
        ("PREFIX", "photos/../x", "CANDID_PHOTOS__PREFIX: "),
        ("PREFIX", "", "CANDID_PHOTOS__PREFIX: "),
        ("BUCKET", "Jail_Photos", "CANDID_PHOTOS__BUCKET: "),
        ("ENCRYPTION", "rot13", "CANDID_PHOTOS__ENCRYPTION: "),
    ],
)
def test_mistakes_about_a_bucket_are_told(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    if name != "REGION":
        monkeypatch.setenv("CANDID_PHOTOS__BUCKET", "jail-photos")
    monkeypatch.setenv(f"CANDID_PHOTOS__{name}", value)

    with pytest.raises(SettingsError, match=told):
        Settings.read()


def test_photos_go_by_objects_only_where_there_is_a_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDID_ENGINE__BY_S3_OBJECT", "true")
    with pytest.raises(SettingsError, match="CANDID_PHOTOS__BUCKET"):
        Settings.read()

    monkeypatch.setenv("CANDID_PHOTOS__BUCKET", "jail-photos")

    engine = Settings.read().engine
    assert isinstance(engine, RekognitionSettings)
    assert engine.by_s3_object


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("TRUSTED_PROXIES", '["10.0.0.1/8"]', "no address and no network"),
        ("TRUSTED_PROXIES", "10.0.0.1", "CANDID_TRUSTED_PROXIES: is no JSON"),
        ("AUTH__REQUIRE_ON_BEHALF_OF", "true", "needs CANDID_AUTH__KIND=keys"),
        ("AUTH__LOCKOUT_AFTER", "0", "CANDID_AUTH__LOCKOUT_AFTER"),
    ],
)
def test_mistakes_about_who_may_ask_are_told(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"CANDID_{name}", value)

    with pytest.raises(SettingsError, match=told):
        Settings.read()


OIDC = {
    "CANDID_AUTH__KIND": "oidc",
    "CANDID_AUTH__ISSUER": "https://id.county.test/realms/jail",
    "CANDID_AUTH__AUDIENCE": "candid",
    "CANDID_AUTH__ROLES": '{"investigator": ["search", "review"], "auditor": ["audit"]}',
}


def test_people_may_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in OIDC.items():
        monkeypatch.setenv(name, value)

    settings = Settings.read()

    assert settings.authentication
    assert settings.auth.roles["investigator"] == {Scope.SEARCH, Scope.REVIEW}
    assert settings.auth.require_mfa


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("KIND", "keys", "belongs to CANDID_AUTH__KIND=oidc"),
        ("ISSUER", "http://id.county.test", "CANDID_AUTH__ISSUER: must be an https address"),
        ("ISSUER", "", "CANDID_AUTH__ISSUER: must be an https address"),
        ("ISSUER", None, "needs CANDID_AUTH__ISSUER"),
        ("AUDIENCE", None, "needs CANDID_AUTH__AUDIENCE"),
        ("ROLES", None, "needs CANDID_AUTH__ROLES"),
        ("ROLES", '{"boss": ["audit", "search"]}', "the scope audit goes with no other"),
        ("ROLES", '{"boss": ["everything"]}', "CANDID_AUTH__ROLES"),
        ("ROLES", '{"boss": []}', "CANDID_AUTH__ROLES"),
        ("ROLES", "boss", "CANDID_AUTH"),
        ("MFA_AMR", "[]", "needs a value in mfa_amr or mfa_acr"),
        ("TOKEN_SECONDS", "86400", "CANDID_AUTH__TOKEN_SECONDS"),
    ],
)
def test_mistakes_about_who_signs_in_are_told(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str | None, told: str
) -> None:
    given = OIDC | ({} if value is None else {f"CANDID_AUTH__{name}": value})
    if value is None:
        del given[f"CANDID_AUTH__{name}"]
    for each, text in given.items():
        monkeypatch.setenv(each, text)

    with pytest.raises(SettingsError, match=told):
        Settings.read()


def test_a_client_has_a_key_or_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDID_CLIENT__KEY", "candid_0a1b2c3d_x")
    monkeypatch.setenv("CANDID_CLIENT__TOKEN", "a.b.c")

    with pytest.raises(SettingsError, match="set one of them"):
        Settings.read()


def test_behind_a_proxy_keys_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDID_TRUSTED_PROXIES", '["10.20.0.2", "2001:db8::/64"]')
    assert Settings.read().authentication

    monkeypatch.setenv("CANDID_AUTH__KIND", "none")
    with pytest.raises(SettingsError, match="CANDID_TRUSTED_PROXIES"):
        Settings.read()


def test_how_photos_are_imported_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDID_IMPORTS__FOLDERS", '["/srv/photos", "/mnt/jail"]')
    monkeypatch.setenv("CANDID_IMPORTS__HOSTS", '["Photos.jail.example", "10.0.0.5:8080"]')
    monkeypatch.setenv("CANDID_IMPORTS__BUCKETS", '["jail-inbox"]')
    monkeypatch.setenv("CANDID_IMPORTS__SCHEDULE", " 30 2 * *  MON-FRI ")

    imports = Settings.read().imports

    assert imports.folders == (Path("/srv/photos"), Path("/mnt/jail"))
    assert imports.hosts == {"photos.jail.example", "10.0.0.5:8080"}
    assert imports.buckets == {"jail-inbox"}
    assert (imports.schedule, imports.schedule_source) == ("30 2 * * mon-fri", SourceKind.JMS)
    assert imports.worker


@pytest.mark.parametrize("schedule", ["*/15 * * * *", "0 0 1,15 jan-dec 7", "5-59/10 0-23 * * sun"])
def test_a_schedule_is_written_as_in_cron(monkeypatch: pytest.MonkeyPatch, schedule: str) -> None:
    monkeypatch.setenv("CANDID_IMPORTS__SCHEDULE", schedule)

    assert Settings.read().imports.schedule == schedule


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("FOLDERS", '["photos"]', "photos is no absolute path"),
        ("HOSTS", '["http://jail.example/"]', "no host or host:port"),
        ("SCHEDULE", "nightly", "five fields"),
        ("SCHEDULE", "30 24 * * *", "the schedule's hour"),
        ("SCHEDULE", "30 2 * * mon-", "the schedule's weekday"),
        ("SCHEDULE_SOURCE", "folder", "schedule_source folder needs schedule_location"),
        ("SCHEDULE_SOURCE", "records", "schedule_source records is for a change of the model"),
        ("SCHEDULE_LOCATION", "/srv/photos", "schedule_location belongs to another"),
        ("KEEP_DAYS", "0", "CANDID_IMPORTS__KEEP_DAYS"),
    ],
)
def test_mistakes_about_imports_are_told(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"CANDID_IMPORTS__{name}", value)

    with pytest.raises(SettingsError, match=told):
        Settings.read()


def test_how_rekognition_is_used_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDID_ENGINE__DETECTION_ATTRIBUTES", '["DEFAULT", "FACE_OCCLUDED"]')
    monkeypatch.setenv("CANDID_ENGINE__QUALITY_FILTER", "HIGH")

    engine = Settings.read().engine

    assert isinstance(engine, RekognitionSettings)
    assert engine.detection_attributes == ("DEFAULT", "FACE_OCCLUDED")
    assert (engine.quality_filter, engine.user_vectors) == ("HIGH", False)


def test_contradictory_settings_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDID_JMS__PATH", "bookings.csv")
    monkeypatch.setenv("CANDID_JMS__BASE_URL", "http://jms.example")

    with pytest.raises(SettingsError, match=r"CANDID_JMS: .*contradictory"):
        Settings.read()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("CANDID_DATADIR", "did you mean CANDID_DATA_DIR"),
        ("CANDID_ENGINE__COLECTION_ID", "CANDID_ENGINE__COLECTION_ID"),
        ("CANDID_NONSENSE", "CANDID_NONSENSE is no setting"),
    ],
)
def test_a_misspelt_name_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, told: str
) -> None:
    monkeypatch.setenv(name, "x")

    with pytest.raises(SettingsError, match=told):
        Settings.read()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CANDID_PORT", "none"),
        ("CANDID_TIME_ZONE", "Mars/Olympus"),
        ("CANDID_SECRET", "short"),
        ("CANDID_ENGINE__MODEL_PATH", "model.onnx"),
        ("CANDID_PHOTOS__KIND", "s3"),
        ("CANDID_ENGINE__TERMS_REFERENCE", "  "),
    ],
)
def test_a_wrong_value_names_its_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=name.rpartition("__")[0] or name):
        Settings.read()


def test_a_secret_is_not_repeated_in_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDID_SECRET", "hunter2")

    with pytest.raises(SettingsError) as refused:
        Settings.read()

    assert "hunter2" not in str(refused.value)


def test_authentication_is_off_only_where_nobody_else_can_reach(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CANDID_HOST", "0.0.0.0")  # noqa: S104 - not bound

    assert Settings.read().authentication
    monkeypatch.setenv("CANDID_AUTH__KIND", "none")
    with pytest.raises(SettingsError, match="loopback"):
        Settings.read()


@pytest.mark.parametrize(
    ("url", "keys"),
    [
        ("https://candid.county.example", True),
        ("http://192.0.2.7:8000", True),
        ("http://localhost:8000", False),
        ("http://127.0.0.1", False),
        ("http://[::1]:8000", False),
    ],
)
def test_a_public_address_needs_keys_wherever_the_service_itself_listens(
    monkeypatch: pytest.MonkeyPatch, url: str, *, keys: bool
) -> None:
    monkeypatch.setenv("CANDID_PUBLIC_URL", url)

    assert Settings.read().authentication is keys


def test_a_public_address_without_authentication_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CANDID_PUBLIC_URL", "https://candid.county.example")
    monkeypatch.setenv("CANDID_AUTH__KIND", "none")

    with pytest.raises(SettingsError, match=r"none .*CANDID_PUBLIC_URL candid\.county\.example"):
        Settings.read()
