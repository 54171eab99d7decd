"""Routes of the sources that statements are fetched from."""

from typing import Annotated

from fastapi import Query

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.routing import Router
from tillroll.bank.sources import repository, service
from tillroll.bank.sources.models import (
    BankChoice,
    BankFetch,
    BankSource,
    BankSourceRequest,
    ChosenAccount,
    ChosenBank,
    ConsentAnswer,
    ConsentUrl,
    SourceAccess,
)
from tillroll_durable.platform.models import Items, Page

router = Router(tags=["bank"])


@router.get("/api/bank/sources", openapi_extra=needs(Permission.LEDGER))
async def list_bank_sources(platform: PlatformHere, principal: Caller) -> Items[BankSource]:
    """Where statements are fetched from, the oldest first, also sources that have ended."""
    return Items(items=await repository.list_sources(platform.database, principal.account_id))


@router.post("/api/bank/sources", status_code=201, openapi_extra=needs(Permission.BOOK))
async def create_bank_source(
    platform: PlatformHere,
    principal: Caller,
    body: BankSourceRequest,
) -> BankSource:
    """Name where a bank account's statements are fetched from. Credentials are encrypted, and never
    shown.
    """
    return await service.create_source(platform, principal.as_actor, body)


@router.post("/api/bank/source-consents", openapi_extra=needs(Permission.BOOK))
async def finish_bank_consent(
    platform: PlatformHere,
    principal: Caller,
    body: ConsentAnswer,
) -> BankSource:
    """Take what a bank sent a person back with. Only the person who began the consent can finish
    it.
    """
    return await service.finish_consent(
        platform, principal.as_actor, user_id=principal.user_id, answer=body
    )


@router.get("/api/bank/sources/{bank_source_id}", openapi_extra=needs(Permission.LEDGER))
async def show_bank_source(
    platform: PlatformHere,
    principal: Caller,
    bank_source_id: str,
) -> BankSource:
    """Show one source, with its last fetch."""
    return await service.show_source(platform, principal.account_id, bank_source_id)


@router.put("/api/bank/sources/{bank_source_id}/access", openapi_extra=needs(Permission.BOOK))
async def change_bank_source_access(
    platform: PlatformHere, principal: Caller, bank_source_id: str, body: SourceAccess
) -> BankSource:
    """Replace the credentials of a source. What a person had agreed to holds on where the bank is
    the same.
    """
    return await service.change_access(
        platform, principal.as_actor, id_=bank_source_id, access=body.access
    )


@router.put("/api/bank/sources/{bank_source_id}/bank", openapi_extra=needs(Permission.BOOK))
async def choose_bank(
    platform: PlatformHere,
    principal: Caller,
    bank_source_id: str,
    body: ChosenBank,
) -> BankSource:
    """Say which bank the source's provider is to ask. With another one, a person agrees at the bank
    anew.
    """
    return await service.choose_bank(platform, principal.as_actor, id_=bank_source_id, chosen=body)


@router.get("/api/bank/sources/{bank_source_id}/banks", openapi_extra=needs(Permission.BOOK))
async def list_banks(
    platform: PlatformHere,
    principal: Caller,
    bank_source_id: str,
    country: Annotated[
        str | None,
        Query(
            pattern=r"^[A-Z]{2}$", description="ISO 3166, such as FI; without it, the source's own"
        ),
    ] = None,
) -> Items[BankChoice]:
    """Banks that the source's provider knows in a country."""
    return Items(
        items=await service.list_banks(
            platform, principal.account_id, id_=bank_source_id, country=country
        )
    )


@router.post("/api/bank/sources/{bank_source_id}/consent", openapi_extra=needs(Permission.BOOK))
async def begin_bank_consent(
    platform: PlatformHere,
    principal: Caller,
    bank_source_id: str,
) -> ConsentUrl:
    """Where the person agrees at their bank, for the first time or anew. The bank sends them back
    to the page.
    """
    return await service.begin_consent(
        platform, principal.as_actor, user_id=principal.user_id, id_=bank_source_id
    )


@router.post("/api/bank/sources/{bank_source_id}/account", openapi_extra=needs(Permission.BOOK))
async def choose_bank_source_account(
    platform: PlatformHere, principal: Caller, bank_source_id: str, body: ChosenAccount
) -> BankSource:
    """Say which of the bank's accounts is meant, where the number does not tell."""
    return await service.choose_account(
        platform, principal.as_actor, id_=bank_source_id, remote_id=body.id
    )


@router.post(
    "/api/bank/sources/{bank_source_id}/fetches",
    status_code=202,
    openapi_extra=needs(Permission.BOOK),
)
async def fetch_bank_source(
    platform: PlatformHere,
    principal: Caller,
    bank_source_id: str,
) -> BankFetch:
    """Fetch everything since the last sync now. Asked again, it is the fetch that goes on."""
    return await service.fetch_now(platform, principal.as_actor, bank_source_id)


@router.get("/api/bank/sources/{bank_source_id}/fetches", openapi_extra=needs(Permission.LEDGER))
async def list_bank_fetches(
    platform: PlatformHere, principal: Caller, page: Paged, bank_source_id: str
) -> Page[BankFetch]:
    """List what was fetched from a source, the newest first."""
    await service.show_source(platform, principal.account_id, bank_source_id)
    return page.of(
        await repository.list_fetches(
            platform.database,
            principal.account_id,
            bank_source_id,
            cursor=page.after,
            limit=page.fetch_limit,
        )
    )


@router.delete("/api/bank/sources/{bank_source_id}", openapi_extra=needs(Permission.BOOK))
async def end_bank_source(
    platform: PlatformHere,
    principal: Caller,
    bank_source_id: str,
) -> BankSource:
    """Fetch nothing any more. The consent is given back, and the credentials are deleted; what was
    fetched stays.
    """
    return await service.end_source(platform, principal.as_actor, bank_source_id)
