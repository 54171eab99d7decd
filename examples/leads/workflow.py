"""A lead: from a form, by way of a score, into the CRM, to the team and to a mail.

Where nobody knows the company yet, all of that goes on without it, and it is looked up later.
"""

from pydantic import BaseModel, TypeAdapter

from tillroll_durable import (
    Contract,
    Effect,
    OnFailure,
    Params,
    State,
    Step,
    Then,
    Timer,
    Workflow,
    WorkflowRun,
    http,
)

COMPANIES = "https://companies.example/domains"
CONTACTS = "https://crm.example/contacts"
CHANNEL = "https://chat.example/channels/sales"
MAILS = "https://mail.example/messages"
HOURS_BETWEEN = (1, 6, 24, 72)


class LeadParams(Params):
    email: str
    message: str


class Company(BaseModel):
    employees: int


class Contact(BaseModel):
    id: str


class FollowedUp(BaseModel):
    contact: str
    score: int
    is_enriched: bool


MAYBE_COMPANY = TypeAdapter[Company | None](Company | None)
PENDING = State.processing(
    "enrichment_pending", "The company is not known yet; it is looked up later.", 96 * 3600
)
DUE = State.processing("enrichment_due", "The company is looked up again.")
ENRICH = Step(
    "enrich",
    Effect.READ,
    gives=MAYBE_COMPANY,
    on_failure=OnFailure(then=Then.CONTINUE),
)
STORE = Step("store", Effect.EXTERNAL)
NOTIFY = Step("notify", Effect.EXTERNAL)
ANSWER = Step("answer", Effect.EXTERNAL)
RAISE = Step("raise-score", Effect.EXTERNAL)
LATER = Timer("enrichment", waiting=PENDING.name, over=DUE.name)
LEAD_V1 = Contract(
    "lead",
    1,
    steps=(ENRICH, STORE, NOTIFY, ANSWER, RAISE),
    states=(PENDING, DUE),
    timers=(LATER,),
    attributes=("email",),
)


async def follow_up(run: WorkflowRun[LeadParams]) -> FollowedUp:
    email = run.params.email
    message = run.params.message
    asking = http.get(f"{COMPANIES}/{email.rpartition('@')[2]}", gives=MAYBE_COMPANY)
    company = await run.call(ENRICH, asking, key="at once")
    score = score_of(company, message)
    storing = http.post(
        CONTACTS,
        {"email": email, "score": score},
        gives=Contact,
        look_up=CONTACTS + "/{key}",
    )
    contact = await run.call(STORE, storing)
    text = f"{email} has asked, and scores {score}."
    mail = {"to": email, "text": "Thank you. We answer within a day."}
    await run.together(
        run.call(NOTIFY, http.post(CHANNEL, {"text": text}, look_up=CHANNEL + "/{key}")),
        run.call(ANSWER, http.post(MAILS, mail)),
    )
    for hours in HOURS_BETWEEN:
        if company is not None:
            break
        await run.sleep(LATER, hours * 3600)
        company = await run.call(ENRICH, asking, key=f"{hours} h later")
        score = score_of(company, message)
        if company is not None:
            await run.call(RAISE, http.patch(f"{CONTACTS}/{contact.id}", {"score": score}))
    return FollowedUp(contact=contact.id, score=score, is_enriched=company is not None)


def score_of(company: Company | None, message: str) -> int:
    """It decides on what was recorded alone, so a replay gives the same."""
    score = 10
    if company is not None and company.employees >= 100:
        score += 50
    if "price" in message.lower():
        score += 20
    return score


LEAD = Workflow(LEAD_V1, follow_up, params=LeadParams, gives=FollowedUp)
