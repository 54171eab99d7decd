"""What a call may cost, before anybody knows: what is set aside for it while it is under way."""

from tillroll.ai.calls import Question
from tillroll.ai.prices import Price

# Rather too many than too few: a token is four signs of English, and less of other languages.
_SIGNS_A_TOKEN = 3
# A picture of 1280 x 4096 at most; its bytes are text in the request, which is not what is counted.
_PICTURE_TOKENS = 1_500
# A transcript of a long receipt, or the fields of one with a model's thoughts about it.
_ANSWER_TOKENS = 1_500


def estimate(price: Price | None, question: Question) -> int | None:
    """Whole micro-US-dollars; None where the model's price is unknown."""
    if price is None:
        return None
    signs = 0 if question.pictures else len(question.shown)
    return price.cost(question.pictures * _PICTURE_TOKENS + signs // _SIGNS_A_TOKEN, _ANSWER_TOKENS)
