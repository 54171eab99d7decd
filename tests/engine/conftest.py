"""One stack with payouts for the tests that kill nothing, with who watches it."""

from collections.abc import Iterator
from itertools import count

import pytest

from tests.engine.payout_stack import payout_stack
from tests.engine.payouts import Payouts
from tests.engine.provider import Provider
from tests.support.host_platform import WEBHOOK_SECRET
from tests.support.sink import Sink


@pytest.fixture(scope="package")
def payouts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Payouts]:
    with Provider() as provider, Sink() as sink:
        variables = {
            "ALERT_WEBHOOK_URL": f"{sink.url}/alerts",
            "ALERT_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "OTLP_ENDPOINT": sink.url,
        }
        with payout_stack(tmp_path_factory.mktemp("payouts"), variables) as (stack, _):
            yield Payouts(stack, provider, sink, count(10, 10))
