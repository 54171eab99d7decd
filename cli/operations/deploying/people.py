"""The first account with its owner, and an account of its own for what checks a deployment."""

from datetime import datetime

from cli.operations.accounts import new_account
from cli.operations.deploying.migrating import execute, query
from cli.operations.deploying.record import Secrets
from cli.operations.deploying.wrangler import Wrangler
from cli.operations.onboarding import new_onboarding
from cli.operations.people import OPERATOR
from tillroll.identity.repository import Person, new_code
from tillroll_command.sql import as_text, literal

CHECKS = "Checks of the deployment"


def make_people(
    wrangler: Wrangler, secrets: Secrets, company: str, owner: str, now: datetime
) -> None:
    """Make both accounts, once: they are thought up and kept before the database gets them. Where
    it has not answered, a later try looks for them there. Raises NotDeployed.
    """
    record = wrangler.record
    if record.people.get("are_made"):
        return
    if not record.people:
        _think_up(wrangler, secrets, company, owner, now)
    account = record.people["account"]
    # A literal.
    if not query(wrangler, f"SELECT 1 AS one FROM accounts WHERE id = {literal(account)}"):
        execute(wrangler, secrets.sql)
    record.people["are_made"] = "yes"
    record.save()
    secrets.sql = ""
    secrets.save()


def _think_up(
    wrangler: Wrangler, secrets: Secrets, company: str, owner: str, now: datetime
) -> None:
    record = wrangler.record
    first = new_account(company, owner, now, is_operator=True)
    checks = new_account(CHECKS, CHECKS, now, is_operator=True)
    code = new_code(Person(first.account_id, first.user_id), OPERATOR, now, "invitation")
    secrets.sql = first.sql + as_text(code.statements)
    secrets.sql += new_onboarding(first, None, "free", now).sql
    secrets.sql += checks.sql
    secrets.link = code.path
    secrets.token = first.token
    secrets.check_token = checks.token
    secrets.save()
    record.people = {
        "account": first.account_id,
        "user": first.user_id,
        "checks": checks.account_id,
    }
    record.save()
