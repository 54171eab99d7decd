"""What Resend's answers mean."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from local.mail.counterpart import Counterpart, Fault
from tillroll.mail.provider import (
    Attachment,
    Mail,
    MailDenied,
    MailRefused,
    MailSettings,
    MailUncertain,
    Resend,
    SentOtherwise,
    sender_named,
)
from tillroll_durable.platform.bindings.http import HttpAnswer, HttpFailed, Throttled
from tillroll_durable.platform.settings import InvalidSetting

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MAIL = Mail(
    "msg_1", "Tillroll <till@example.com>", "ann@example.com", "Hello", "Hello", "<p>Hello</p>"
)
SETTINGS = MailSettings("till@example.com", "re_key", "https://mail.test", "https://till.test")


class Line:
    """`Http` to a counterpart, or to what answers as it is told."""

    def __init__(self, provider: Counterpart, answer: HttpAnswer | None = None) -> None:
        self._provider = provider
        self._answer = answer

    async def get(
        self, url: str, timeout_seconds: float, max_bytes: int, headers: object = None
    ) -> HttpAnswer:
        raise NotImplementedError

    async def post(
        self, url: str, headers: dict[str, str], body: str, timeout_seconds: float, **_limits: int
    ) -> HttpAnswer:
        del timeout_seconds
        assert url == "https://mail.test/emails"
        if self._answer:
            return self._answer
        answered = self._provider.post_email(headers, body)
        if answered.is_lost:
            raise HttpFailed("no answer")
        return HttpAnswer(
            answered.status, json.dumps(answered.body), answered.headers.get("retry-after")
        )


def resend(
    *faults: Fault, key: str = "re_key", answer: HttpAnswer | None = None
) -> tuple[Resend, Counterpart]:
    provider = Counterpart(key)
    provider.faults = [*faults]
    return Resend(Line(provider, answer), SETTINGS), provider  # pyright: ignore[reportArgumentType] - it posts only


async def test_a_mail_is_sent_once_under_its_key() -> None:
    sender, provider = resend()
    first = await sender.send(MAIL, "key", NOW)
    assert await sender.send(MAIL, "key", NOW) == first
    [email] = provider.emails
    assert (email.id, email.to, email.tags) == (first, ["ann@example.com"], {"message": "msg_1"})


async def test_another_mail_under_the_key_is_told() -> None:
    sender, _ = resend()
    await sender.send(MAIL, "key", NOW)
    with pytest.raises(SentOtherwise):
        await sender.send(
            Mail("msg_1", MAIL.sender, MAIL.to, "Other", "Other", "Other"), "key", NOW
        )


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault("refused"), MailRefused),
        (Fault("denied"), MailDenied),
        (Fault("down"), MailUncertain),
        (Fault("lost_before"), MailUncertain),
        (Fault("lost_after"), MailUncertain),
    ],
)
async def test_what_an_answer_means(fault: Fault, expected: type[Exception]) -> None:
    sender, _ = resend(fault)
    with pytest.raises(expected) as refused:
        await sender.send(MAIL, "key", NOW)
    assert "ann@example.com" not in str(refused.value)


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7), ("99999999", 99999999), ("soon", None), (None, None)]
)
async def test_patience_is_asked_for_in_seconds(header: str | None, seconds: int | None) -> None:
    sender, _ = resend(answer=HttpAnswer(429, '{"name": "rate_limit_exceeded"}', header))
    with pytest.raises(Throttled) as postponed:
        await sender.send(MAIL, "key", NOW)
    assert postponed.value.seconds == seconds


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (HttpAnswer(409, '{"name": "concurrent_idempotent_requests"}'), MailUncertain),
        (HttpAnswer(200, "{}"), MailUncertain),
        (HttpAnswer(200, "no json"), MailUncertain),
        (HttpAnswer(401, '{"name": "restricted_api_key"}'), MailDenied),
        (HttpAnswer(302, ""), MailUncertain),
    ],
)
async def test_an_answer_that_says_little_is_not_taken_for_a_refusal(
    answer: HttpAnswer, expected: type[Exception]
) -> None:
    sender, _ = resend(answer=answer)
    with pytest.raises(expected):
        await sender.send(MAIL, "key", NOW)


async def test_a_wrong_key_is_told() -> None:
    sender, provider = resend(key="re_other")
    with pytest.raises(MailDenied):
        await sender.send(MAIL, "key", NOW)
    assert not provider.emails


def read(**variables: str) -> MailSettings:
    return MailSettings.read(lambda name: variables.get(name, ""))


def test_settings() -> None:
    assert not read().sends
    settings = read(
        MAIL_FROM="Tillroll <till@example.com>",
        MAIL_API_KEY="re_1",
        PUBLIC_URL="https://till.test/",
    )
    assert (settings.sends, settings.api_url, settings.public_url) == (
        True,
        "https://api.resend.com",
        "https://till.test",
    )
    assert "re_1" not in repr(settings)
    for wrong in (
        {"MAIL_FROM": "nobody", "MAIL_API_KEY": "re_1", "PUBLIC_URL": "https://till.test"},
        {"MAIL_FROM": "till@example.com"},
        {"MAIL_FROM": "till@example.com", "MAIL_API_KEY": "re_1"},
        {"MAIL_WEBHOOK_SECRET": "secret"},
    ):
        with pytest.raises(InvalidSetting):
            read(**wrong)


async def test_files_and_where_answers_go_reach_the_provider() -> None:
    sender, provider = resend()
    file = Attachment("INV-1.pdf", "application/pdf", bytes(range(256)))
    mail = replace(MAIL, reply_to="office@books.example", attachments=[file])
    await sender.send(mail, "key", NOW)
    [email] = provider.emails
    assert email.reply_to == ["office@books.example"]
    [sent] = email.attachments
    assert (sent.filename, sent.content_type) == ("INV-1.pdf", "application/pdf")
    assert sent.data == file.content


@pytest.mark.parametrize(
    ("name", "sender"),
    [
        ("Books GmbH", '"Books GmbH" <till@example.com>'),
        ("Müller, Söhne & Co.", '"Müller, Söhne & Co." <till@example.com>'),
        ('"x" <a@b.example>', '"x a@b.example" <till@example.com>'),
        ("back\\slash\u200b", '"backslash" <till@example.com>'),
        ("<>", "Tillroll <till@example.com>"),
    ],
)
def test_a_company_gives_its_name_and_never_the_address(name: str, sender: str) -> None:
    assert sender_named("Tillroll <till@example.com>", name) == sender
    assert sender_named("till@example.com", "Books") == '"Books" <till@example.com>'


@pytest.mark.parametrize("mark", ["\r", "\n", "\r\n", "\0"])
def test_a_name_that_would_end_its_header_is_refused(mark: str) -> None:
    name = f"Books{mark}Bcc: all@example.com"
    with pytest.raises(ValueError, match="no line break"):
        sender_named("till@example.com", name)
    for header in ("sender", "to", "subject", "reply_to"):
        with pytest.raises(ValueError, match="no line break"):
            replace(MAIL, **{header: name})
    with pytest.raises(ValueError, match="no line break"):
        replace(MAIL, attachments=[Attachment(name, "application/pdf", b"%PDF")])
