"""From which bank account files for the bank pay."""

from collections.abc import Mapping

import pytest

from tillroll.payouts.sepa import Party
from tillroll.payouts.settings import PaymentSettings
from tillroll_durable.platform.settings import InvalidSetting

WHOLE = {
    "PAYMENTS_DEBTOR_NAME": "Example GmbH",
    "PAYMENTS_DEBTOR_IBAN": "DE89 3704 0044 0532 0130 00",
    "PAYMENTS_PAYER": "acc_1",
}


def read(variables: Mapping[str, str]) -> PaymentSettings:
    return PaymentSettings.read(lambda name: variables.get(name, ""))


def test_one_account_pays_by_files_and_needs_no_provider() -> None:
    settings = read(WHOLE)
    assert settings.debtor_for("acc_1") == Party("Example GmbH", "DE89370400440532013000")
    assert settings.debtor_for("acc_2") is None
    assert not settings.pays_for("acc_1")
    assert read({}).debtor_for("") is None


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"PAYMENTS_PAYER": ""}, "PAYMENTS_PAYER"),
        ({"PAYMENTS_DEBTOR_NAME": ""}, "PAYMENTS_DEBTOR_NAME"),
        ({"PAYMENTS_DEBTOR_NAME": "a" * 71}, "at most 70"),
        ({"PAYMENTS_DEBTOR_IBAN": "DE88370400440532013000"}, "check digits"),
        ({"PAYMENTS_DEBTOR_BIC": "X"}, "BIC"),
    ],
)
def test_what_cannot_be_used_is_said_at_the_start(other: Mapping[str, str], why: str) -> None:
    with pytest.raises(InvalidSetting, match=why):
        read({**WHOLE, **other})
