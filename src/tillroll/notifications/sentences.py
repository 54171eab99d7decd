"""The sentence of a notice: the topic's, or what its run says of itself now."""

from tillroll.durable.registry import Registry
from tillroll.notifications.topics import TOPICS
from tillroll.platform.bindings.database import Row, integer, optional_text, text


def message_of(registry: Registry, row: Row) -> str:
    """From a row with `topic`, and of its run `kind`, `contract_version`, `state`, `status`, `next_safe_action` and
    `reason`, null where it has none."""
    topic = TOPICS.get(text(row, "topic"))
    if topic is not None and topic.says is not None:
        return topic.says
    if row["kind"] is None:
        return "" if topic is None else topic.title
    kind = text(row, "kind")
    contract = registry.contract_of(kind, integer(row, "contract_version"))
    state = contract.shown_state(text(row, "state"), text(row, "status"), text(row, "next_safe_action"))
    return registry.message_for(kind, state.says, optional_text(row, "reason"))
