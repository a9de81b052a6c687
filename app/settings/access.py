"""Who may ask, and how the command line asks."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, HttpUrl, SecretStr, StringConstraints, model_validator

from app.domain.access import Scope, check_separate
from app.domain.errors import AuditAloneError
from app.domain.sign_in import is_provider_address
from app.settings.group import Group


def _issuer(text: str) -> str:
    if not is_provider_address(text) or "?" in text:
        raise ValueError(
            "must be an https address (http on a loopback address only), written as the "
            "provider's own description has it in `issuer`"
        )
    return text


def _separate(scopes: frozenset[Scope]) -> frozenset[Scope]:
    try:
        check_separate(scopes)
    except AuditAloneError as error:
        raise ValueError(
            "the scope audit goes with no other scope: give it a role alone"
        ) from error
    return scopes


Issuer = Annotated[str, StringConstraints(max_length=300), AfterValidator(_issuer)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
RoleScopes = Annotated[frozenset[Scope], Field(min_length=1), AfterValidator(_separate)]


class AuthSettings(Group):
    """Who may ask."""

    kind: Literal["none", "keys", "oidc"] | None = Field(
        default=None, description="none where only this machine can ask, keys elsewhere"
    )
    require_on_behalf_of: bool = Field(
        default=False, description="Whether what the scope search opens names the person."
    )
    lockout_after: int = Field(
        default=10, ge=1, description="So many calls without a valid key lock their address."
    )
    lockout_seconds: int = Field(
        default=600, ge=1, le=86400, description="In which they are counted, and for how long."
    )
    issuer: Issuer | None = Field(default=None, description="The identity provider.")
    audience: Name | None = Field(default=None, description="For whom tokens are meant: this API.")
    roles: dict[Name, RoleScopes] = Field(
        default={}, description="Which scopes each role of a token gives."
    )
    roles_claim: Name = Field(default="roles", description="A claim, or a path with dots to it.")
    name_claim: Name = Field(default="preferred_username", description="What people read.")
    trained_until_claim: Name | None = Field(
        default=None, description="The last day on which a person's training counts."
    )
    require_mfa: bool = Field(default=True, description="Whether tokens show a second factor.")
    mfa_amr: frozenset[Name] = Field(
        default=frozenset({"mfa"}), description="Values of `amr` of which each shows one."
    )
    mfa_acr: frozenset[Name] = Field(
        default=frozenset(), description="Values of `acr` of which each shows one."
    )
    token_seconds: int = Field(
        default=3600, ge=60, le=7200, description="The longest life of a token that is accepted."
    )
    docs_client_id: Name | None = Field(
        default=None, description="The public client with which the docs page signs people in."
    )
    docs_scopes: Name = Field(default="openid profile", description="What it asks for.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.kind != "oidc":
            given = sorted(self.model_fields_set & _OF_OIDC)
            if given:
                raise ValueError(f"{given[0]} belongs to CANDID_AUTH__KIND=oidc")
            return self
        needed = {"issuer": self.issuer, "audience": self.audience, "roles": self.roles}
        if missing := next((name for name, given in needed.items() if not given), None):
            raise ValueError(f"kind oidc needs CANDID_AUTH__{missing.upper()}")
        if self.require_mfa and not self.mfa_amr and not self.mfa_acr:
            raise ValueError("require_mfa needs a value in mfa_amr or mfa_acr that shows it")
        return self


_OF_OIDC = {
    "issuer",
    "audience",
    "roles",
    "roles_claim",
    "name_claim",
    "trained_until_claim",
    "require_mfa",
    "mfa_amr",
    "mfa_acr",
    "token_seconds",
    "docs_client_id",
    "docs_scopes",
}


class ClientSettings(Group):
    """Where the command line finds the running service, and its key or a person's token."""

    url: HttpUrl | None = None
    key: SecretStr | None = None
    token: SecretStr | None = None
    ca_file: Path | None = Field(
        default=None, description="A CA that is trusted beside the system's, in PEM."
    )
    cert_file: Path | None = Field(
        default=None, description="The command line's own certificate, where the service asks."
    )
    key_file: Path | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.key is not None and self.token is not None:
            raise ValueError("KEY is a key and TOKEN a person's own token: set one of them")
        if (self.cert_file is None) != (self.key_file is None):
            raise ValueError("cert_file and key_file belong together; set both or neither")
        return self
