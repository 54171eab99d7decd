"""The language of what is sent to a person."""

from typing import Annotated, Literal

from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.routing import Router
from tillroll.identity.repository import Audited
from tillroll.mail.service import language_of
from tillroll.notifications.endpoints import NoticeChoices, load_choices
from tillroll_durable import Actor, statement
from tillroll_durable.audit import guarded_batch, values_changed
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.models import RequestBody
from tillroll_durable.platform.services import Platform

router = Router(tags=["notices"])


class LanguageRequest(RequestBody):
    language: Annotated[
        Literal["en", "de"], Field(description="Of mail and messages to the caller")
    ]


@router.put("/api/notices/language", openapi_extra=needs(Permission.PERSONAL))
async def choose_language(
    platform: PlatformHere,
    principal: Caller,
    body: LanguageRequest,
) -> NoticeChoices:
    """Choose the language of mail and messages to the caller, from now on."""
    await keep_language(
        platform, principal.as_actor, user_id=principal.user_id, language=body.language
    )
    return await load_choices(platform, principal.user_id)


async def keep_language(platform: Platform, actor: Actor, user_id: str, language: str) -> None:
    """What is sent to the person is written in it from now on."""
    now = to_text(platform.clock.now())
    before = await language_of(platform.database, user_id)
    event = actor.event(
        Audited.LANGUAGE_CHOSEN,
        new_id("lng"),
        at=now,
        detail={
            "user": user_id,
            "language": language,
            **values_changed({"language": before}, {"language": language}),
        },
    )
    keep = statement("UPDATE users SET language = ?2 WHERE id = ?1", [user_id, language])
    await guarded_batch(platform.database, keep, event)
