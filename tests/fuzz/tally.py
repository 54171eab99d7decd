"""What was answered in a campaign: how many requests of whom, by class of status, and what never
succeeded.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Tally:
    """`requests` by asker, `classes` by asker and class of status (2 for 2xx), `succeeded` the
    operations that were answered 2xx or 3xx, `asked` all.
    """

    requests: Counter[str] = field(default_factory=Counter[str])
    classes: Counter[tuple[str, int]] = field(default_factory=Counter[tuple[str, int]])
    asked: set[str] = field(default_factory=set[str])
    succeeded: set[str] = field(default_factory=set[str])

    def add(self, answers: Path) -> None:
        """Count the lines that `hooks` wrote."""
        for line in answers.read_text(encoding="utf-8").splitlines():
            answer = json.loads(line)
            self.requests[answer["asker"]] += 1
            self.classes[answer["asker"], answer["status"] // 100] += 1
            self.asked.add(answer["operation"])
            if answer["status"] < 400:
                self.succeeded.add(answer["operation"])

    @property
    def total(self) -> int:
        return self.requests.total()

    def lines(self) -> Iterable[str]:
        """The table that `make fuzz` prints."""
        yield f"{'who':<14}{'requests':>9}{'2xx':>8}{'3xx':>8}{'4xx':>8}{'5xx':>8}"
        for asker, count in self.requests.most_common():
            yield f"{asker:<14}{count:>9}" + "".join(
                f"{self.classes[asker, each]:>8}" for each in (2, 3, 4, 5)
            )
        everybody = (
            sum(self.classes[asker, each] for asker in self.requests) for each in (2, 3, 4, 5)
        )
        yield f"{'all':<14}{self.total:>9}" + "".join(f"{count:>8}" for count in everybody)
        never = sorted(self.asked - self.succeeded)
        yield f"{len(self.asked)} operations, of which {len(never)} were never answered 2xx:"
        yield from (f"  {operation}" for operation in never)
