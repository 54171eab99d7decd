"""JSON of people, and of what lets them in. What browsers hand over keeps the names that WebAuthn
gives it.
"""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from tillroll.access.permissions import MOST_NETWORKS, SCOPES, Permission, network
from tillroll.access.roles import Role
from tillroll_durable.platform.models import ChangeBody, Model, RequestBody, ShownOnce, printable


class User(Model):
    """`roles` are what the person does in the account; `paid_by` is who paid the last receipt of
    which they said it, company or employee; null where they never have.
    """

    id: str
    name: str
    roles: list[Role]
    is_operator: bool
    paid_by: str | None


class Account(Model):
    id: str
    name: str


class AiBudget(Model):
    """What the account may spend on models a day (UTC), in US dollars as decimal strings. `own` is
    what an owner set, null where the deployment's setting holds; `daily` is what holds, null for no
    limit; `counted_today` is what counts against it so far, with what is set aside for calls under
    way.
    """

    daily: str | None
    own: str | None
    counted_today: str


class AccountSettings(Account):
    """`base_currency` is the ISO 4217 code that expenses are converted into, null for none. Without
    one, `proposed_currency` is that of the company's country or of most expenses. `company_names`
    and `tax_ids` are what the account calls itself on paper; `originals` says how photos are
    stored. With `four_eyes`, somebody else approves what a person handed in or changed, where
    somebody else can. With `chases`, people are asked each week for the documents of their
    payments.
    """

    base_currency: str | None
    proposed_currency: str | None
    company_names: list[str]
    tax_ids: list[str]
    originals: Literal["kept", "bare"]
    four_eyes: bool
    chases: bool
    ai_budget: AiBudget


class Session(Model):
    """`may` names the permissions of the caller: of a limited token, those that it has left.
    `is_alone`: nobody else is in the account.
    """

    user: User
    account: Account
    may: list[Permission]
    is_alone: bool


class SignedIn(Session):
    """`purpose` is what the code was made for: sign_in, invitation, recovery or link. After all but
    the first, a passkey is asked for.
    """

    purpose: str


class BrowserSession(Model):
    """A browser that is signed in. `browser` is what it says of itself, such as `Firefox, Linux`;
    `how` says by what the person came: `switch` is from another of their companies.
    `last_used_at` is known to an hour; `is_here`: it is the one that asks.
    """

    id: str
    how: Literal["code", "passkey", "switch"]
    browser: str
    created_at: str
    last_used_at: str
    is_here: bool


class Company(Model):
    """An account in which the caller is a person. `is_present`: it is the one they ask in."""

    id: str
    name: str
    roles: list[Role]
    is_present: bool


class Companies(Model):
    """`lacks` says why others than the present one are not named: no confirmed mail address
    (`address`), or a session that did not begin by a link which was mailed there (`link`).
    """

    items: list[Company]
    lacks: Literal["address", "link"] | None


class SignInLinks(Model):
    """`is_offered`: this deployment mails links to confirmed addresses."""

    is_offered: bool


class SignInLinkRequest(RequestBody):
    address: Annotated[str, Field(max_length=300, description="A mail address")]


class SignInLinkAsked(Model):
    """One answer, whether the address is anybody's or not."""

    valid_minutes: int


class SignInRequest(RequestBody):
    code: str


class SignInCode(Model):
    code: ShownOnce
    expires_at: str
    url: ShownOnce


# Client data have some 200 characters; an attestation object with its certificates has some
# thousands.
_LONGEST = 20_000

Bytes = Annotated[
    str, Field(min_length=1, max_length=_LONGEST, description="base64url without padding")
]


_PasskeyName = Annotated[
    str, printable(100), Field(description="What its owner calls it, such as a device's name")
]


class Passkey(Model):
    """`host` is where it signs in; `synced` says that its owner's other devices have it too.
    `last_used_at` is null until it has signed in.
    """

    id: str
    name: str
    host: str
    synced: bool
    created_at: str
    last_used_at: str | None


class RelyingPartyEntity(Model):
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
    """PublicKeyCredentialCreationOptionsJSON, as `PublicKeyCredential.parseCreationOptionsFromJSON`
    takes it. Another request gives another challenge.
    """

    rp: RelyingPartyEntity
    user: UserEntity
    challenge: ShownOnce
    pub_key_cred_params: list[KeyParameter]
    timeout: int
    exclude_credentials: list[CredentialDescriptor]
    authenticator_selection: AuthenticatorSelection
    attestation: Literal["none"] = "none"


class RequestOptions(Model):
    """PublicKeyCredentialRequestOptionsJSON, as `PublicKeyCredential.parseRequestOptionsFromJSON`
    takes it.
    """

    challenge: str
    rp_id: str
    timeout: int
    allow_credentials: list[CredentialDescriptor]
    user_verification: Literal["required"] = "required"


class RegistrationRequest(RequestBody):
    """What `navigator.credentials.create` gave."""

    name: _PasskeyName
    client_data: Annotated[Bytes, Field(alias="clientDataJSON")]
    attestation_object: Bytes
    transports: Annotated[
        list[Annotated[str, Field(max_length=32, pattern=r"^[a-z-]+$")]],
        Field(max_length=10, description="How it is reached"),
    ] = []  # noqa: RUF012 - pydantic copies it


class PasskeyNameRequest(ChangeBody):
    name: _PasskeyName


class AssertionRequest(RequestBody):
    """What `navigator.credentials.get` gave."""

    id: Bytes
    client_data: Annotated[Bytes, Field(alias="clientDataJSON")]
    authenticator_data: Bytes
    signature: Bytes
    user_handle: Bytes


class AccountPerson(Model):
    """`removed_at` is null while they are there.
    `passkeys` and `open_links` count what a person has, and which links nobody has used yet; `mail`
    says whether links can be mailed to them, and is stopped where mail came back. `last_mail` says
    what became of the last mail to them, an invitation too: waiting, sent, unsent (its run failed
    or was stopped), bounced (it came back) or complained (it was reported as spam). `let_in_by`
    names those who let the person in by a link that they saw: wherever a second person decides,
    they and the person count as one. These are null where a member asks, who is not told.
    """

    id: str
    name: str
    roles: list[Role]
    created_at: str
    removed_at: str | None
    passkeys: int | None
    open_links: int | None
    mail: Literal["none", "confirmed", "stopped"] | None
    last_mail: Literal["waiting", "sent", "unsent", "bounced", "complained"] | None
    let_in_by: list[str] | None


class PeopleList(Model):
    """`offers_mail`: links can be mailed, since this deployment sends mail."""

    items: list[AccountPerson]
    offers_mail: bool


class PersonRoles(Model):
    user_id: str
    roles: list[Role]


class PersonLink(Model):
    """`url` is shown this once. It is relative to where Tillroll runs, and has the code in its
    fragment; it is null where the link was mailed, to `mailed_to`.
    """

    user_id: str
    url: ShownOnce
    mailed_to: str | None
    expires_at: str


_Roles = Annotated[list[Role], Field(min_length=1, max_length=len(Role))]


class InvitationRequest(RequestBody):
    name: Annotated[str, printable(200), Field(description="What the new person is called")]
    roles: Annotated[
        _Roles | None, Field(description="What they do in the account; submitter, if not said")
    ] = None
    mail: Annotated[
        str | None,
        Field(
            description="Where the link is mailed; without one it is answered, for you to hand on"
        ),
    ] = None


class NameRequest(RequestBody):
    name: Annotated[str, printable(200), Field(description="What the caller is called")]


class RolesRequest(RequestBody):
    """All that the person does in the account from then on."""

    roles: _Roles


class Token(Model):
    """`status` is active, expired or revoked. `scopes` and `addresses` are null where the token is
    not limited so; `last_used_at` is known to five minutes, and null before its first use. The
    token itself is shown when it is made, and never again.
    """

    id: str
    name: str
    user_id: str
    user_name: str
    status: str
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    last_used_at: str | None
    scopes: list[str] | None
    addresses: list[str] | None


class NewToken(Model):
    """`token` is shown this once."""

    id: str
    token: ShownOnce
    expires_at: str | None


MOST_TOKEN_DAYS: Final = 3650


class TokenRequest(RequestBody):
    name: Annotated[
        str, printable(200), Field(description="What it is for, for instance a script's name")
    ]
    expires_in_days: Annotated[
        int | None,
        Field(
            ge=1,
            le=MOST_TOKEN_DAYS,
            strict=True,
            description="null or left out: it does not expire",
        ),
    ] = None
    scopes: Annotated[
        list[Permission] | None,
        Field(
            min_length=1,
            max_length=len(SCOPES),
            description="No more than these; null: all that you may",
        ),
    ] = None
    addresses: Annotated[
        list[Annotated[str, AfterValidator(network)]] | None,
        Field(
            min_length=1,
            max_length=MOST_NETWORKS,
            description="Only from these networks (CIDR); null: anywhere",
        ),
    ] = None


class RefusedSignIns(Model):
    """How often signing in was refused within the hour that begins with `hour`. `network` is where
    it came from, cut to 24 bits (IPv6: 48); `others` counts all networks behind the first ones of
    an hour, `unknown` is where nobody said it. `user_id` is whose code, passkey or token it was,
    null where nobody knows.
    """

    hour: str
    how: Literal["code", "passkey", "token"]
    user_id: str | None
    network: str
    refused: int
    first_at: str
    last_at: str
