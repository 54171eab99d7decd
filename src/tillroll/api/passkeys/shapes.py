"""The JSON of passkeys. What browsers hand over keeps the names that WebAuthn gives it."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from tillroll.api.shapes import Shape
from tillroll.platform.shape import Asked

_LONGEST_NAME = 100
# Client data have some 200 characters; an attestation object with its certificates has some thousands.
_LONGEST = 20_000

Bytes = Annotated[str, Field(min_length=1, max_length=_LONGEST, description="base64url without padding")]


def _name(given: str) -> str:
    if not given.strip() or not given.isprintable() or len(given) > _LONGEST_NAME:
        raise ValueError(f"Give a name of 1 to {_LONGEST_NAME} printable characters")
    return given.strip()


Name = Annotated[str, AfterValidator(_name), Field(description="What its owner calls it, such as a device's name")]


class PasskeyShape(Shape):
    """`host` is where it signs in; `synced` says that its owner's other devices have it too. `last_used_at` is null
    until it has signed in."""

    id: str
    name: str
    host: str
    synced: bool
    created_at: str
    last_used_at: str | None


class PasskeyList(Shape):
    items: list[PasskeyShape]


class RelyingPartyShape(Shape):
    id: str
    name: str


class UserEntityShape(Shape):
    """`id` is the user handle, base64url."""

    id: str
    name: str
    display_name: str


class KeyParameterShape(Shape):
    """`alg` is COSE's number of an algorithm."""

    type: Literal["public-key"] = "public-key"
    alg: int


class CredentialDescriptorShape(Shape):
    type: Literal["public-key"] = "public-key"
    id: str
    transports: list[str]


class AuthenticatorSelectionShape(Shape):
    resident_key: Literal["required"] = "required"
    require_resident_key: Literal[True] = True
    user_verification: Literal["required"] = "required"


class CreationOptionsShape(Shape):
    """PublicKeyCredentialCreationOptionsJSON, as `PublicKeyCredential.parseCreationOptionsFromJSON` takes it."""

    rp: RelyingPartyShape
    user: UserEntityShape
    challenge: str
    pub_key_cred_params: list[KeyParameterShape]
    timeout: int
    exclude_credentials: list[CredentialDescriptorShape]
    authenticator_selection: AuthenticatorSelectionShape
    attestation: Literal["none"] = "none"


class RequestOptionsShape(Shape):
    """PublicKeyCredentialRequestOptionsJSON, as `PublicKeyCredential.parseRequestOptionsFromJSON` takes it."""

    challenge: str
    rp_id: str
    timeout: int
    allow_credentials: list[CredentialDescriptorShape]
    user_verification: Literal["required"] = "required"


class RegistrationRequest(Asked):
    """What `navigator.credentials.create` gave."""

    name: Name
    client_data: Annotated[Bytes, Field(alias="clientDataJSON")]
    attestation_object: Bytes
    transports: Annotated[
        list[Annotated[str, Field(max_length=32, pattern=r"^[a-z-]+$")]],
        Field(max_length=10, description="How it is reached"),
    ] = []  # noqa: RUF012 - pydantic copies it


class PasskeyNameRequest(Asked):
    name: Name


class AssertionRequest(Asked):
    """What `navigator.credentials.get` gave."""

    id: Bytes
    client_data: Annotated[Bytes, Field(alias="clientDataJSON")]
    authenticator_data: Bytes
    signature: Bytes
    user_handle: Bytes
