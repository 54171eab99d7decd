"""The bank account that files for the bank pay from: the company's, or that of the deployment's
settings."""

from dataclasses import dataclass
from typing import Final

from tillroll.access.first_names import is_named
from tillroll.company.service import load_profile
from tillroll.payouts import sepa
from tillroll.payouts.settings import PaymentSettings
from tillroll_durable.platform.services import Platform

_LACKS_NAME: Final = (
    "Enter the company's name under Settings, Company: files for the bank say who pays."
)


@dataclass(frozen=True)
class Debtor:
    """`party` is None where no file can be made; `missing` has each field of the company's profile
    that is needed for that, `name` or `iban`, with what to do in a sentence."""

    party: sepa.Party | None
    missing: tuple[tuple[str, str], ...] = ()

    @property
    def says(self) -> str:
        return " ".join(sentence for _, sentence in self.missing)


async def debtor_of(platform: Platform, account_id: str) -> Debtor:
    """Whom files of an account pay from. The company's profile counts first; where it has no IBAN,
    the settings do."""
    profile = await load_profile(platform.database, account_id)
    if profile.iban is None:
        party = platform.settings.of(PaymentSettings).debtor_for(account_id)
        problem = (
            "Enter the company's IBAN under Settings, Company: files for the bank pay "
            "from that account."
        )
        return Debtor(party, () if party else (("iban", problem),))
    missing: list[tuple[str, str]] = []
    try:
        sepa.read_iban(profile.iban)
    except sepa.NoBankAccount as error:
        missing.append(("iban", f"Files for the bank cannot pay from the company's IBAN: {error}."))
    if not is_named(profile.name):
        missing.append(("name", _LACKS_NAME))
    try:
        if len(sepa.in_sepa(profile.name)) > sepa.LONGEST_NAME:
            problem = (
                f"Shorten the company's name to {sepa.LONGEST_NAME} characters: files for the "
                "bank take no more."
            )
            missing.append(("name", problem))
    except sepa.Unwritable as error:
        missing.append(("name", f"Files for the bank cannot have the company's name: {error}."))
    return Debtor(
        None if missing else sepa.Party(profile.name, profile.iban, profile.bic), tuple(missing)
    )
