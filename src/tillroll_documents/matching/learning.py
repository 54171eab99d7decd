"""What a person's decisions teach: payees that are merchants, and pairs that do not belong
together. Pure.
"""

from dataclasses import replace

from tillroll_documents.matching.models import Alias, Decision, DocumentKind, Knowledge
from tillroll_documents.matching.payee_names import name_key

_MOST_COUNTED = 1_000_000


def learn(knowledge: Knowledge, decision: Decision) -> Knowledge:
    """The knowledge after a decision. An accepted pair is no declined one any more.

    A payee becomes an alias of the first name of a single document, unless the two have the same
    key. A decline counts against an alias only if the alias is known: the merchant may be right,
    and only the purchase another one.
    """
    pairs = {(decision.line.id, document.id) for document in decision.documents}
    pairs |= {(decision.line.id, other.id) for other in decision.other_lines}
    if decision.is_accepted:
        declined = knowledge.declined - pairs
    else:
        declined = knowledge.declined | pairs
    return Knowledge(_aliases(knowledge, decision), frozenset(declined))


def alias_of(decision: Decision) -> tuple[str, str] | None:
    """The keys of the payee and the merchant that a decision is about, None if it says nothing of
    names.
    """
    payee = name_key(decision.line.name)
    if len(decision.documents) != 1 or not payee:
        return None
    [document] = decision.documents
    merchant = name_key(document.names[0]) if document.names else ""
    if (
        document.kind.is_rule
        or document.kind is DocumentKind.CLAIM
        or not merchant
        or merchant == payee
    ):
        return None
    return payee, merchant


def _aliases(knowledge: Knowledge, decision: Decision) -> dict[tuple[str, str], Alias]:
    aliases = {**knowledge.aliases}
    keys = alias_of(decision)
    if keys is None:
        return aliases
    alias = aliases.get(keys)
    if decision.is_accepted:
        alias = alias or Alias(*keys)
        aliases[keys] = replace(alias, accepted=min(_MOST_COUNTED, alias.accepted + 1))
    elif alias is not None:
        aliases[keys] = replace(alias, declined=min(_MOST_COUNTED, alias.declined + 1))
    return aliases
