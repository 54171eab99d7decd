"""`tillroll seals`: whether the audit is as it was sealed."""

from typing import Annotated

import typer

from tillroll_command.counting import counted
from tillroll_command.endings import Code, Stopped
from tillroll_command.shared_options import taking

from ..session import Session, session


@taking(session)
def seals(
    here: Session,
    *,
    verify: Annotated[bool, typer.Option("--verify", help="Verify all seals now.")] = False,
) -> None:
    """Show whether the account's audit is sealed, or verify now that it is as it was sealed."""
    state = here.api.get("/api/audit/seals")
    if not verify:
        if here.as_json:
            here.show.document(state)
            return
        here.show.say(
            f"{counted(state['seals'], 'seal')}, the last of {state['sealedAt'] or 'never'}."
        )
        here.show.say(
            "The regular check has found "
            + ("nothing wrong." if state["isIntact"] else "something wrong.")
        )
        return
    checked, findings, elsewhere, following = 0, list[str](), 0, 1
    while following is not None:
        page = here.api.send("POST", f"/api/audit/seals/check?fromSeal={following}")
        checked, following = checked + page["checked"], page["nextSeal"]
        findings += page["findings"]
        elsewhere += page["elsewhere"]
    if here.as_json:
        here.show.document({"checked": checked, "findings": findings, "elsewhere": elsewhere})
    else:
        here.show.say(*findings)
    if findings or elsewhere:
        raise Stopped(
            Code.FAILED,
            "Something does not agree with the seals. Tell the operator of this deployment.",
        )
    if not here.as_json:
        here.show.say(f"Checked: {counted(checked, 'seal')}. All hold.")
