"""A server on this machine that takes every POST and keeps it: a collector of traces, an operator's
webhook.
"""

from tests.support.http_server import Answer, LocalServer, Request


class Sink(LocalServer):
    """`answers` are the statuses given first, one a POST; then 200 with an empty object."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[Request] = []
        self.answers: list[int] = []

    def bodies(self, path: str) -> list[str]:
        return [taken.body for taken in self.taken if taken.target == path]

    def answer(self, request: Request) -> Answer:
        self.taken.append(request)
        return Answer(self.answers.pop(0) if self.answers else 200, "{}")
