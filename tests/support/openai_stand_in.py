"""An OpenAI-compatible server on this machine that says what it was told to, in place of a language
model.
"""

import json
from typing import Any

from tests.support.http_server import Answer, LocalServer, Request


class OpenAiStandIn(LocalServer):
    """`says` are the contents of the next answers, the last one for ever; `asked` has the requests.

    An answer that is a number is given as an HTTP status.
    """

    def __init__(self) -> None:
        super().__init__()
        self.says: list[str | int] = []
        self.asked: list[dict[str, Any]] = []

    def answer(self, request: Request) -> Answer:
        self.asked.append(json.loads(request.body))
        said = self.says.pop(0) if len(self.says) > 1 else self.says[0]
        return (
            Answer(said, "{}")
            if isinstance(said, int)
            else Answer(content=json.dumps(_completion(said)))
        )


def _completion(content: str) -> dict[str, Any]:
    return {
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content},
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 512, "completion_tokens": 64, "total_tokens": 576},
    }
