"""Clients and projects, as the API has them."""

from pydantic import field_serializer

from tillroll.platform.models import Model
from tillroll.reading.money import Money


class Client(Model):
    """Whom expenses are billed to: a company or contact of a CRM, by its id there. `name` is what an expense's `client`
    says. `openProjects` counts those whose deal is won."""

    id: str
    name: str
    mail: str | None
    source: str
    external_id: str
    open_projects: int
    opened_at: str


class Project(Model):
    """What expenses are billed for: a deal that was won, by its id in the CRM. `name` is what an expense's `project`
    says. `amount` is what the deal is worth, null where the CRM does not say. `closedAt`: the deal is won no more."""

    id: str
    name: str
    client_id: str
    client: str
    source: str
    external_id: str
    amount: int | None
    currency: str | None
    opened_at: str
    closed_at: str | None

    @field_serializer("amount")
    def _decimal(self, minor: int | None) -> str | None:
        return None if minor is None or self.currency is None else Money(minor, self.currency).to_decimal_string()
