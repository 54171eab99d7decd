"""What a deployment pays with. A start reads it, so it imports nothing of how it pays."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from tillroll_durable.platform.settings import InvalidSetting, Variable, read_address

if TYPE_CHECKING:
    from tillroll.payouts.sepa import Party

_STRIPE: Final = "https://api.stripe.com"


@dataclass(frozen=True)
class PaymentSettings:
    """The provider's key (empty where nothing is paid) and its account that money leaves from. The
    money is one company's: only the account `payer` pays with it. `debtor` is the bank account that
    files pay from, where any do."""

    api_key: str = field(default="", repr=False)
    account: str = ""
    payer: str = ""
    api_url: str = _STRIPE
    debtor: "Party | None" = None

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: a value cannot be used."""
        settings = cls(
            api_key=variable("PAYMENTS_API_KEY"),
            account=variable("PAYMENTS_ACCOUNT").strip(),
            payer=variable("PAYMENTS_PAYER").strip(),
            api_url=read_address("PAYMENTS_API_URL", variable).rstrip("/") or _STRIPE,
            debtor=_debtor(variable),
        )
        if settings.api_key and not settings.account.startswith("fa_"):
            raise InvalidSetting(
                "PAYMENTS_API_KEY is set, so PAYMENTS_ACCOUNT must be the id of the "
                "financial account that pays: fa_…"
            )
        if settings.api_key and not settings.payer:
            raise InvalidSetting(
                "PAYMENTS_API_KEY is set, so PAYMENTS_PAYER must be the account that pays: acc_…"
            )
        if settings.debtor and not settings.payer:
            raise InvalidSetting(
                "PAYMENTS_DEBTOR_IBAN is set, so PAYMENTS_PAYER must be the account that "
                "pays from it: acc_…"
            )
        return settings

    @property
    def pays(self) -> bool:
        """Whether this deployment pays anybody by the provider."""
        return bool(self.api_key)

    def pays_for(self, account_id: str) -> bool:
        """Whether the provider pays for the account."""
        return self.pays and account_id == self.payer

    def debtor_for(self, account_id: str) -> "Party | None":
        """The bank account that files of the account pay from."""
        if account_id == self.payer:
            return self.debtor
        return None


def _debtor(variable: Variable) -> "Party | None":
    name, iban, bic = (
        variable(f"PAYMENTS_DEBTOR_{part}").strip() for part in ("NAME", "IBAN", "BIC")
    )
    if not iban:
        return None
    from tillroll.payouts.sepa import (  # noqa: PLC0415 - few deployments pay by files
        LONGEST_NAME,
        NoBankAccount,
        Party,
        Unwritable,
        in_sepa,
        read_bic,
        read_iban,
    )

    try:
        if len(in_sepa(name)) > LONGEST_NAME:
            raise InvalidSetting(
                f"PAYMENTS_DEBTOR_NAME must have at most {LONGEST_NAME} characters"
            )
        return Party(name, read_iban(iban), read_bic(bic) if bic else None)
    except Unwritable as error:
        raise InvalidSetting(
            f"PAYMENTS_DEBTOR_NAME must be the name of the bank account's holder: {error}"
        ) from error
    except NoBankAccount as error:
        raise InvalidSetting(
            f"PAYMENTS_DEBTOR_IBAN or PAYMENTS_DEBTOR_BIC cannot be used: {error}"
        ) from error
