"""The sentences for reason codes, wherever they come from: the reading of the text, the steps, or a person."""

from tillroll.receipts.reasons import SENTENCES
from tillroll.workflows.receipt.contract import AI_BUDGET, NO_TEXT_IN_PDF, POSSIBLE_DUPLICATE, TOO_MANY_PAGES

_STEP_SENTENCES = {
    AI_BUDGET: "Today's AI budget is spent: type the values in, or have it read when there is a new one.",
    NO_TEXT_IN_PDF: "This PDF has no text and no picture that can be read: type the values in, or send a photo of it.",
    TOO_MANY_PAGES: "This PDF has more than 20 pages: reject it, and send the pages of the receipt by themselves.",
    POSSIBLE_DUPLICATE: "You may have this one already: compare it with the other receipt, then approve or reject it.",
}


def sentence_for(code: str) -> str:
    """What a person should do; a text that is no code (a person's comment) is its own sentence."""
    return _STEP_SENTENCES.get(code) or SENTENCES.get(code) or code


def message_for(template: str, reason: str | None) -> str:
    """A state's sentence for its owner, with the reason filled in."""
    return template.format(reason=sentence_for(reason) if reason else "no reason was given.")
