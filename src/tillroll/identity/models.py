"""JSON of sessions, accounts and passkeys. What browsers hand over keeps the names that WebAuthn gives it."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from tillroll.access.permissions import Permission
from tillroll.access.roles import Role
from tillroll.identity.authentication import Principal
from tillroll.platform.models import Model, RequestBody, ShownOnce


class User(Model):
    """`roles` are what the person does in the account."""

    id: str
    name: str
    roles: list[Role]
    is_operator: bool


class AccountShape(Model):
    id: str
    name: str


class AiBudget(Model):
    """What the account may spend on models a day (UTC), in US dollars as decimal strings. `own` is what an owner set,
    null where the deployment's setting holds; `daily` is what holds, null for no limit; `counted_today` is what counts
    against it so far, with what is set aside for calls under way."""

    daily: str | None
    own: str | None
    counted_today: str


class AccountSettings(AccountShape):
    """`base_currency` is the ISO 4217 code that expenses are converted into, null for none; `company_names` and
    `tax_ids` are what the account calls itself on paper; `originals` says how photos are stored."""

    base_currency: str | None
    company_names: list[str]
    tax_ids: list[str]
    originals: Literal["kept", "bare"]
    ai_budget: AiBudget


class Session(Model):
    """`may` names the permissions of whoever asks: of a limited token, those that it has left."""

    user: User
    account: AccountShape
    may: list[Permission]


class SignedIn(Session):
    """`purpose` is what the code was made for: sign_in, invitation or recovery. After the last two, a
    passkey is asked for."""

    purpose: str


def session_shape(principal: Principal) -> Session:
    """Who is signed in."""
    return Session(
        user=User(
            id=principal.user_id,
            name=principal.user_name,
            roles=[*principal.roles],
            is_operator=principal.is_operator,
        ),
        account=AccountShape(id=principal.account_id, name=principal.account_name),
        may=[each for each in Permission if principal.may(each)],
    )


class SignInCode(Model):
    code: ShownOnce
    expires_at: str
    url: ShownOnce


_LONGEST_NAME = 100
# Client data have some 200 characters; an attestation object with its certificates has some thousands.
_LONGEST = 20_000

Bytes = Annotated[str, Field(min_length=1, max_length=_LONGEST, description="base64url without padding")]


def _name(given: str) -> str:
    if not given.strip() or not given.isprintable() or len(given) > _LONGEST_NAME:
        raise ValueError(f"Give a name of 1 to {_LONGEST_NAME} printable characters")
    return given.strip()


Name = Annotated[str, AfterValidator(_name), Field(description="What its owner calls it, such as a device's name")]


class Passkey(Model):
    """`host` is where it signs in; `synced` says that its owner's other devices have it too. `last_used_at` is null
    until it has signed in."""

    id: str
    name: str
    host: str
    synced: bool
    created_at: str
    last_used_at: str | None


class PasskeyList(Model):
    items: list[Passkey]


class RelyingPartyShape(Model):
    id: str
    name: str


class UserEntity(Model):
    """`id` is the user handle, base64url."""

    id: str
    name: str
    display_name: str


class KeyParameter(Model):
    """`alg` is COSE's number of an algorithm."""

    type: Literal["public-key"] = "public-key"
    alg: int


class CredentialDescriptor(Model):
    type: Literal["public-key"] = "public-key"
    id: str
    transports: list[str]


class AuthenticatorSelection(Model):
    resident_key: Literal["required"] = "required"
    require_resident_key: Literal[True] = True
    user_verification: Literal["required"] = "required"


class CreationOptions(Model):
    """PublicKeyCredentialCreationOptionsJSON, as `PublicKeyCredential.parseCreationOptionsFromJSON` takes it."""

    rp: RelyingPartyShape
    user: UserEntity
    challenge: str
    pub_key_cred_params: list[KeyParameter]
    timeout: int
    exclude_credentials: list[CredentialDescriptor]
    authenticator_selection: AuthenticatorSelection
    attestation: Literal["none"] = "none"


class RequestOptions(Model):
    """PublicKeyCredentialRequestOptionsJSON, as `PublicKeyCredential.parseRequestOptionsFromJSON` takes it."""

    challenge: str
    rp_id: str
    timeout: int
    allow_credentials: list[CredentialDescriptor]
    user_verification: Literal["required"] = "required"


class RegistrationRequest(RequestBody):
    """What `navigator.credentials.create` gave."""

    name: Name
    client_data: Annotated[Bytes, Field(alias="clientDataJSON")]
    attestation_object: Bytes
    transports: Annotated[
        list[Annotated[str, Field(max_length=32, pattern=r"^[a-z-]+$")]],
        Field(max_length=10, description="How it is reached"),
    ] = []  # noqa: RUF012 - pydantic copies it


class PasskeyNameRequest(RequestBody):
    name: Name


class AssertionRequest(RequestBody):
    """What `navigator.credentials.get` gave."""

    id: Bytes
    client_data: Annotated[Bytes, Field(alias="clientDataJSON")]
    authenticator_data: Bytes
    signature: Bytes
    user_handle: Bytes
