"""No request to an address that is not public: in whatever notation, by name, or as this deployment
itself.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.host_platform import assemble, migrated_database
from tillroll_durable import platform
from tillroll_durable.platform.bindings.http import ResolvingFailed, addresses_in
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.settings import InvalidSetting, Settings
from tillroll_durable.platform.web.outgoing import (
    NotPublic,
    OutgoingSettings,
    check_before_asking,
    check_configured,
    target_of,
)
from tillroll_testing.host.memory import MemoryResolver

# Hosts, a line each, as JSON would escape them: loopback, private, link-local, metadata, shared,
# reserved, multicast; decimal, octal, hexadecimal, shortened, mapped and translated; with zones,
# dots, user names and other digits.
_FILE = Path(__file__).with_name("refused_hosts.txt")
HOSTS = [str(json.loads(f'"{line}"')) for line in _FILE.read_text(encoding="utf-8").splitlines()]
OTHER = [
    "http://example.com/hook",
    "HTTP://example.com/hook",
    "ftp://example.com",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_",
    "data:text/plain,x",
    "javascript:alert(1)",
    "//example.com/hook",
    "https:example.com",
    "https:/example.com",
    "https:///example.com",
    "https://",
    "https://?x",
    "https://example.com/#fragment",
    " https://example.com",
    "https://example.com/a b",
    "https://[2606:4700::1111",
    f"https://example.com/{'x' * 2000}",
    f"https://{'a' * 64}.com",
    "",
]


@pytest.mark.parametrize("url", [*(f"https://{host}/hook" for host in HOSTS), *OTHER])
def test_what_is_not_public_is_refused(url: str) -> None:
    with pytest.raises(NotPublic):
        target_of(url)


def test_these_are_more_than_a_hundred_notations() -> None:
    assert len(set(HOSTS)) >= 150


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://example.com/hook?x=1", "example.com"),
        ("HTTPS://Hooks.Example.COM.:8443/", "hooks.example.com"),
        ("https://8.8.8.8", "8.8.8.8"),
        ("https://172.32.0.1/", "172.32.0.1"),
        ("https://[2606:4700:4700::1111]:443/x", "2606:4700:4700::1111"),
        ("https://xn--mnchen-3ya.de/%7euser", "xn--mnchen-3ya.de"),
        ("https://127.0.0.1.nip.io/", "127.0.0.1.nip.io"),
        ("https://a_b.example.co.uk", "a_b.example.co.uk"),
    ],
)
def test_what_is_public_is_read(url: str, host: str) -> None:
    assert target_of(url).host == host


async def platform_with(
    names: Mapping[str, Sequence[str]], settings: OutgoingSettings | None = None
) -> Platform:
    platform = assemble(await migrated_database(), {}).platform
    given = settings or OutgoingSettings(public_url="https://tillroll.example.com")
    return replace(
        platform, settings=platform.settings.changed(given), resolver=MemoryResolver(names)
    )


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["93.184.216.34", "10.0.0.1"],
        ["::1"],
        ["::ffff:93.184.216.34"],
        ["fd00::1"],
        ["169.254.169.254"],
    ],
)
async def test_a_name_that_leads_inside_is_refused_before_each_time(
    addresses: Sequence[str],
) -> None:
    platform = await platform_with({"hooks.example.org": addresses})
    check_configured(platform, "https://hooks.example.org/")
    with pytest.raises(NotPublic, match="the name leads to"):
        await check_before_asking(platform, "https://hooks.example.org/")


async def test_a_public_name_is_asked_and_one_without_an_address_waits() -> None:
    platform = await platform_with(
        {"hooks.example.org": ["93.184.216.34", "2606:4700::1"], "no.example.org": []}
    )
    await check_before_asking(platform, "https://hooks.example.org./x")
    await check_before_asking(platform, "https://8.8.8.8/x")
    for name in ("no", "unknown"):
        with pytest.raises(ResolvingFailed):
            await check_before_asking(platform, f"https://{name}.example.org/")


async def test_this_deployment_is_not_asked() -> None:
    platform = await platform_with({})
    for url in (
        "https://tillroll.example.com/x",
        "https://TILLROLL.example.com.:8443",
        "https://other.example.com",
    ):
        with pytest.raises(NotPublic, match="own"):
            check_configured(platform, url, "other.example.com")


async def test_a_machine_of_ones_own_may_ask_itself() -> None:
    platform = await platform_with({}, OutgoingSettings(allow_private=True))
    for url in ("http://127.0.0.1:8000/x", "https://localhost/"):
        check_configured(platform, url)
        await check_before_asking(platform, url)
    with pytest.raises(NotPublic):
        check_configured(platform, "file:///etc/passwd")


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "https://",
        "http:///x",
        "http://:80/x",
        "http://?a",
        "http:x",
        "http://a b/",
        "http://localhost:99999/",
        "http://localhost:0/",
        "http://ann:secret@localhost/",
        "http://localhost/#part",
    ],
)
async def test_a_machine_of_ones_own_asks_no_broken_address(url: str) -> None:
    platform = await platform_with({}, OutgoingSettings(allow_private=True))
    with pytest.raises(NotPublic):
        check_configured(platform, url)
    with pytest.raises(NotPublic):
        await check_before_asking(platform, url)


def test_the_setting_is_true_or_false() -> None:
    with pytest.raises(InvalidSetting, match="ALLOW_PRIVATE_ADDRESSES"):
        Settings(lambda _: "perhaps").of(OutgoingSettings)


def test_answers_of_a_resolver_are_read() -> None:
    """The form of application/dns-json: an alias (5), then addresses."""
    answer = (
        '{"Status":0,"Answer":[{"name":"a","type":5,"data":"b."},{"name":"b","type":1,"data":"1.2.'
        '3.4"},'
        '{"name":"b","type":28,"data":"2606::1"}]}'
    )
    assert addresses_in(answer) == ["1.2.3.4", "2606::1"]
    assert addresses_in('{"Status":3}') == addresses_in('{"Status":0}') == []
    for bad in ("", "[]", '{"Status":2}', "<html>", '{"Status":0,"Answer":{}}'):
        with pytest.raises(ResolvingFailed):
            addresses_in(bad)


# What asks an address, and whose it is. A person's goes through the guard; the others are variables
# of the deployment, which whoever can set could as well deploy other code
# (docs/decisions/0073-only-the-public-internet.md).
_ASKS = {
    "tillroll_durable/webhooks/deliveries.py": (
        "an endpoint's, behind check_before_asking; or WEBHOOK_URL"
    ),
    "notifications/push/sending.py": "a browser's, behind check_before_asking",
    "observability/alert_rounds.py": "ALERT_WEBHOOK_URL",
    "observability/trace_export.py": "OTLP_ENDPOINT",
    "conversion/expenses.py": "EXCHANGE_RATES_URL",
    "mail/provider.py": "MAIL_API_URL",
    "bank/sources/enable_banking.py": "ENABLE_BANKING_API_URL",
    "bank/sources/fetching.py": "a bank source's, behind check_before_asking",
    "tillroll_durable/platform/cloudflare/requests.py": "what bank sources download by",
    "stripe.py": "BILLING_API_URL or PAYMENTS_API_URL",
    "books/targets/calls.py": (
        "a constant, or a provider's variable (XERO_URL); a signed target's, guarded there"
    ),
    "tillroll_durable/http.py": "what an author's code names",
    "tillroll_durable/_execution/asking.py": "what an author's code names",
    "tillroll_durable/platform/cloudflare/http.py": (
        "what the others ask by; the resolver, a constant"
    ),
}
_ASKING = re.compile(
    r"http\.(?:get|post|delete)\(|\bdownloads\.get\(|\bjs\.fetch\(|\bpost_signed\("
    r"|\burlopen\(|\bexchange\.send\("
)


def test_nothing_asks_an_address_past_the_guard() -> None:
    source = Path(str(platform.__file__)).parents[2]
    files = {
        path.relative_to(source).as_posix().removeprefix("tillroll/"): re.sub(
            r"\(\s+", "(", path.read_text(encoding="utf-8")
        )
        for path in source.rglob("*.py")
    }
    assert {path for path, text in files.items() if _ASKING.search(text)} == _ASKS.keys()
    sending = files["tillroll_durable/webhooks/deliveries.py"]
    assert _asked(sending) == {
        "http.post(url": 1,
        "post_signed(platform.http, settings.webhook_url": 1,
        "post_signed(platform.http, due.url": 1,
    }
    assert sending.index("await check_before_asking(platform, due.url)") < sending.index(
        "platform.http, due.url"
    )
    fetching = files["bank/sources/fetching.py"]
    assert fetching.index("await check_before_asking(platform, address.url)") < fetching.index(
        "downloads.get(address.url"
    )
    signed = files["books/targets/signed_http.py"]
    assert signed.count("exchange(") == signed.count("check_before_asking(") == 1
    assert signed.index("await check_before_asking(self._platform, self._url)") < signed.index(
        "await exchange("
    )
    resolving = files["tillroll_durable/platform/cloudflare/http.py"]
    assert _asked(resolving) == {
        "js.fetch(url": 2,
        "js.fetch(request.url": 1,
        'js.fetch(f"{_SERVICE}?name={name}&type={kind}"': 1,
    }


def _asked(text: str) -> Counter[str]:
    """What is asked in a file, and how often: the first words of each call."""
    calls = r"await ((?:http\.post\(|js\.fetch\()[^,]+|post_signed\([^,]+, [^,]+)"
    return Counter(re.findall(calls, text))
