"""The mail workflow as one value: all that is its own."""

from tillroll.durable import Allowed, Workflow
from tillroll.mail.settings import MailSettings
from tillroll.workflows.mail import contract
from tillroll.workflows.mail.body import mail_v1

MAIL = Workflow(
    contract=contract.MAIL_V1,
    body=mail_v1,
    params=contract.MailParams,
    subject=lambda params: params.message_id,
    settings=(MailSettings,),
    allowed=Allowed(decide="review", operate="operate"),
    # Nobody writes mail through Tillroll: it is begun by what people are told, and by links for them.
    begun_by="what people are told, and links that are mailed",
)
