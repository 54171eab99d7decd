"""A list elsewhere that is searched by a query, as a service has it that knows no key."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from tillroll_durable.platform.json import Json, JsonObject, load, member


@dataclass(frozen=True)
class Search:
    """Finds things by a member of what was posted, and gives them as a list at a place of the
    answer: names apart by points, or "" for the answer itself.
    """

    by: str
    at: str
    parameter: str

    def answer(self, url: str, things: Iterable[JsonObject]) -> Json:
        """What a GET of an address finds of all things. Without its parameter it lists them all."""
        query = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        wanted = query.get(self.parameter)
        listed: list[Json] = [
            each for each in things if wanted is None or str(member(each, self.by)) == wanted
        ]
        answer: Json = listed
        for name in reversed(self.at.split(".")):
            if name:
                answer = {name: answer}
        return answer


def posted(body: str) -> JsonObject:
    """The members of a body, which is JSON or a form; none of what is neither."""
    try:
        content = load(body)
    except ValueError:
        return dict(parse_qsl(body, keep_blank_values=True))
    if isinstance(content, dict):
        return content
    return {}
