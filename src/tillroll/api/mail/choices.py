"""How whoever asks wants to be told of what: in the app, by mail, both or not at all."""

from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.mail.shapes import ChoiceList, ChoiceShape, mail_address_shape
from tillroll.api.needs import needs
from tillroll.api.problems import INVALID_VALUES, Problem
from tillroll.mail.addresses import reached
from tillroll.mail.settings import MailSettings
from tillroll.notifications.choices import Choice, choices_of, choose
from tillroll.notifications.topics import TOPICS
from tillroll.platform.services import Platform
from tillroll.platform.shape import Asked, Flag

router = APIRouter(tags=["notices"])


class ChoiceRequest(Asked):
    topic: Annotated[str, Field(description="One that `GET /api/notices/choices` names")]
    in_app: Annotated[Flag, Field(description="Among the notices of the page")]
    by_mail: Annotated[Flag, Field(description="To the confirmed address, if there is one")]


@router.get("/api/notices/choices", openapi_extra=needs(Permission.READ))
async def list_choices(platform: PlatformHere, principal: Asking) -> ChoiceList:
    """How whoever asks is told of each topic, and where mail goes."""
    return await _list(platform, principal.user_id)


@router.put("/api/notices/choices", openapi_extra=needs(Permission.PERSONAL))
async def change_choice(
    platform: PlatformHere,
    principal: Asking,
    asked: Annotated[
        ChoiceRequest,
        Body(openapi_examples={"mail only": {"value": {"topic": "run.failed", "inApp": False, "byMail": True}}}),
    ],
) -> ChoiceList:
    """Choose how to be told of a topic, from now on. Whoever wants mail alone, and has no confirmed address, is told in
    the app."""
    topic = TOPICS.get(asked.topic)
    if topic is None:
        message = f"There is no such topic. There are: {', '.join(TOPICS)}."
        raise Problem(INVALID_VALUES, "Correct what `errors` names.", errors=[{"field": "topic", "message": message}])
    if asked.by_mail and not topic.may_mail:
        message = "This is not told by mail: mail is what has failed."
        raise Problem(INVALID_VALUES, "Correct what `errors` names.", errors=[{"field": "byMail", "message": message}])
    choice = Choice(topic, asked.in_app, asked.by_mail, is_own=True)
    await choose(platform, principal.account_id, principal.user_id, choice, principal.actor)
    return await _list(platform, principal.user_id)


async def _list(platform: Platform, user_id: str) -> ChoiceList:
    choices = await choices_of(platform.database, user_id)
    return ChoiceList(
        items=[
            ChoiceShape(
                topic=each.topic.name,
                title=each.topic.title,
                in_app=each.in_app,
                by_mail=each.by_mail,
                is_own=each.is_own,
                may_mail=each.topic.may_mail,
            )
            for each in choices
        ],
        mail=mail_address_shape(
            await reached(platform.database, user_id), is_offered=platform.settings.of(MailSettings).sends
        ),
    )
