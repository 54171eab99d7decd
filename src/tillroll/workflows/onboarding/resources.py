"""What an account begins with: categories, a policy, an address for receipts, a receipt to learn by; and the welcome as
it will be sent.

It is given once, with the account's first person, and only where the account has nothing of the kind: what people have
changed or taken away stays so.
"""

from typing import Final

from tillroll.durable import Actor, Outcome, Statement, StepContext, statement
from tillroll.durable.params import read
from tillroll.expenses.approving.policies import PolicyAsked, first_policy
from tillroll.expenses.approving.policy import Effect
from tillroll.expenses.sorting.categories.beginning import taking_over
from tillroll.expenses.sorting.categories.starters import Chart, Language, StarterSet
from tillroll.mail.addresses import hash_of_address, stopped
from tillroll.mail.settings import MailSettings
from tillroll.platform.bindings.database import text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import Json, JsonObject
from tillroll.receipt_addresses.addresses import first_address
from tillroll.workflows.mail.rows import NewOutsideMessage, insert_outside_message
from tillroll.workflows.mail.service.sending import compose
from tillroll.workflows.onboarding import contract
from tillroll.workflows.onboarding.contract import OnboardingParams, subject_of
from tillroll.workflows.onboarding.letter import SUBJECT, paragraphs
from tillroll.workflows.onboarding.rows import WELCOME, begins_account, is_welcomed
from tillroll.workflows.onboarding.sample import store_sample

_ACTOR: Final = f"workflow:{contract.KIND}"
# It asks for nothing that somebody alone in their account could not do.
_POLICY: Final = PolicyAsked(name="A statement in place of a receipt", effect=Effect.WARN, without_receipt=True)


async def create_resources(context: StepContext) -> Outcome:
    """Give the account what it has not, and write the welcome. The output names what was given; never an address."""
    params = read(OnboardingParams, context.run.params)
    database, account_id = context.platform.database, context.run.account_id
    given: list[Json] = []
    statements: list[Statement] = []
    sample: str | None = None
    if await begins_account(database, account_id, params.user_id):
        for name, made in (
            ("categories", await _categories(context)),
            ("policy", await first_policy(context.platform, account_id, _POLICY, _ACTOR)),
            ("address", await first_address(context.platform, Actor(account_id, _ACTOR))),
        ):
            given += [name] if made else []
            statements += made
        if not await _has_any(context, "receipts"):
            sample = new_id("rec")
            await store_sample(context.platform.objects, account_id)
            given.append("sample")
    welcome, letter = await _letter(context, params)
    output: JsonObject = {"given": given, "sample": sample, "welcome": welcome}
    return Outcome(output=output, statements=[*statements, *letter])


async def _categories(context: StepContext) -> list[Statement]:
    if await _has_any(context, "categories"):
        return []
    account_id = context.run.account_id
    return taking_over(context.platform, account_id, StarterSet.COMPANY, Language.EN, Chart.NONE, _ACTOR)


async def _has_any(context: StepContext, table: str) -> bool:
    query = f"SELECT 1 FROM {table} WHERE account_id = ? LIMIT 1"  # noqa: S608 - one of two names
    return await context.platform.database.first(statement(query, context.run.account_id)) is not None


async def _letter(context: StepContext, params: OnboardingParams) -> tuple[JsonObject, list[Statement]]:
    """The welcome's id and what keeps it; or why there is none."""
    platform, database, run = context.platform, context.platform.database, context.run
    if await is_welcomed(database, run.account_id, subject_of(params)):
        return {"why": contract.SENT_BEFORE}, []
    if params.email is None:
        return {"why": contract.NO_ADDRESS}, []
    if not platform.settings.of(MailSettings).sends:
        return {"why": contract.NO_MAIL_HERE}, []
    why = await stopped(database, hash_of_address(params.email))
    if why is not None:
        return {"why": why}, []
    row = await database.first(
        statement(
            "SELECT u.name, a.name AS account FROM users u JOIN accounts a ON a.id = u.account_id WHERE u.id = ?",
            params.user_id,
        )
    )
    name, account = ("", "") if row is None else (text(row, "name"), text(row, "account"))
    written = paragraphs(name, account, platform.settings.of(MailSettings).public_url)
    mail = compose(platform, params.email, SUBJECT.format(account=account), written, is_outside=True)
    new = NewOutsideMessage(mail, run.account_id, run.id, WELCOME)
    return {"message": mail.message_id}, [insert_outside_message(new, to_text(platform.clock.now()))]
