"""A jail management system on the web: how it is asked, and how it knows us."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, HttpUrl, SecretStr, model_validator

from app.domain.photo import View
from app.settings.group import Group
from app.settings.hosts import host_name
from app.settings.jms_tls import JmsTlsSettings


def _json(given: Any) -> Any:  # noqa: ANN401 - whatever the environment holds
    """Read JSON, which is not read for us below a setting that has several kinds."""
    if not isinstance(given, str):
        return given
    try:
        return json.loads(given)
    except ValueError as error:
        raise ValueError('is no JSON, such as ["a", "b"]') from error


def _path(path: str) -> str:
    if not path or path.startswith("/") or "://" in path or ".." in path.split("/"):
        raise ValueError(f"{path!r} is no path below the base URL; leave the first slash out")
    return path


def _path_with_id(path: str) -> str:
    if "{id}" not in path:
        raise ValueError(f"{path!r} has no {{id}}, in whose place the id goes")
    return _path(path)


def _form(form: str) -> str:
    if form not in {"iso", "epoch_seconds", "epoch_milliseconds"} and "%" not in form:
        raise ValueError(f'{form!r} is no iso, epoch_seconds, epoch_milliseconds or "%Y-%m-%d"')
    return form


Host = Annotated[str, AfterValidator(host_name)]
Hosts = Annotated[frozenset[Host], BeforeValidator(_json)]
Below = Annotated[str, AfterValidator(_path)]
BelowWithId = Annotated[str, AfterValidator(_path_with_id)]
Expression = Annotated[str, Field(min_length=1, description="JMESPath")]


class RestBookingsSettings(Group):
    """How bookings are asked for."""

    path: BelowWithId = "bookings/{id}"
    record: Expression | None = None
    ping_path: Below | None = None
    batch: Literal["none", "post", "query"] = "none"
    batch_path: Below = "bookings"
    batch_size: int = Field(default=50, ge=1, le=1000)
    ids: str = "ids"
    separator: str = Field(default=",", max_length=1)
    items: Expression | None = None
    kept: int = Field(default=1000, ge=0, le=100_000)
    kept_seconds: float = Field(default=60, gt=0, le=60)

    @model_validator(mode="after")
    def _meant(self) -> Self:
        if self.batch == "query" and not self.ids:
            raise ValueError("batch query needs ids, the name of the parameter")
        return self


class RestPhotosSettings(Group):
    """How photos are listed and fetched."""

    listing_path: Below = "photos"
    path: BelowWithId = "photos/{id}"
    paging: Literal["cursor", "page", "link", "since"] = "cursor"
    items: Expression | None = None
    next: Expression | None = None
    more: Expression | None = None
    view: str = "view"
    views: Annotated[Mapping[View, str], BeforeValidator(_json)] = Field(default_factory=dict)
    since: str = "since"
    since_form: Annotated[str, AfterValidator(_form)] = "iso"
    after: str = "after"
    page: str = "page"
    first_page: int = Field(default=1, ge=0, le=1)
    size: str = ""
    page_size: int | None = Field(default=None, ge=1, le=10_000)
    hosts: Hosts = Field(
        default=frozenset(), description="Photos are fetched from these besides the JMS's own."
    )
    private_hosts: Hosts = Field(
        default=frozenset(), description="As hosts, but at addresses of a private network too."
    )

    @model_validator(mode="after")
    def _meant(self) -> Self:
        needed = {"cursor": self.after, "page": self.page, "since": self.since}
        if self.paging in needed and not needed[self.paging]:
            name = "after" if self.paging == "cursor" else self.paging
            raise ValueError(f"paging {self.paging} needs {name}, the name of the parameter")
        if self.size and self.page_size is None:
            raise ValueError("size is the name of the parameter for page_size; set that too")
        return self


class RestAuthSettings(Group):
    """How the JMS knows us, besides by a token or a certificate: one of three ways."""

    api_key: SecretStr | None = None
    api_key_header: str = Field(default="X-Api-Key", pattern=r"^[A-Za-z0-9-]{1,100}$")
    username: str | None = None
    password: SecretStr | None = None
    token_url: HttpUrl | None = None
    client_id: str | None = None
    client_secret: SecretStr | None = None
    scope: str | None = None
    audience: str | None = None
    sent_in: Literal["header", "body"] = Field(
        default="header", description="Where the token server wants id and secret."
    )

    @property
    def ways(self) -> tuple[str, ...]:
        """Name the ways that are set."""
        ways = {"api_key": self.api_key, "username": self.username, "token_url": self.token_url}
        return tuple(name for name, given in ways.items() if given is not None)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password belong together")
        client = (self.token_url, self.client_id, self.client_secret)
        if any(one is not None for one in client) and None in client:
            raise ValueError("token_url, client_id and client_secret belong together")
        return self


class RestJmsSettings(Group):
    """A JMS on the web; by default it answers `GET {base_url}/bookings/{external_image_id}`."""

    kind: Literal["rest"]
    base_url: HttpUrl
    token: SecretStr | None = None
    concurrency: int = Field(default=20, ge=1)
    import_seconds: float = Field(
        default=60, gt=0, description="What a page of its photos, or one photo, may take."
    )
    mapping: Path | None = Field(
        default=None, description="A YAML file: which JMESPath gives each column."
    )
    bookings: RestBookingsSettings = RestBookingsSettings()
    photos: RestPhotosSettings = RestPhotosSettings()
    auth: RestAuthSettings = RestAuthSettings()
    tls: JmsTlsSettings = JmsTlsSettings()

    @model_validator(mode="after")
    def _known_one_way(self) -> Self:
        ways = (*(("token",) if self.token else ()), *self.auth.ways)
        bearers = [way for way in ways if way != "api_key"]
        if len(bearers) > 1:
            raise ValueError(f"{', '.join(bearers)} are several ways to be known; choose one")
        return self
