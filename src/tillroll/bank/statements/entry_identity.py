"""Whether an entry of a statement is new, is known from another file, or is a pending one that is
booked now.

Pure: the caller reads the entries that are known of the account, and writes what is decided. See
decision 0152.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain, islice
from typing import Final

from tillroll.bank.statements.batches import Batch, batches_of, parts_of_batches
from tillroll.bank.statements.entry_traits import (
    Coverage,
    KnownEntry,
    Mention,
    Tally,
    Traits,
    follow,
)
from tillroll.bank.statements.renumbering import (
    PartEntry,
    renumbered_statements,
    statements_that_share_references,
)
from tillroll.bank.statements.verdicts import By, Decision, Verdict
from tillroll_documents.bank_files.entry_words import alike

WINDOW: Final = timedelta(days=14)
"""How long before or after an entry its other mention can be: load what is known of these days, and
all that is pending.
"""
_EARLY: Final = timedelta(days=3)
"""How long before its day a pending entry may be booked."""
_CLOSE: Final = timedelta(days=4)
"""How long after a purchase a card is charged."""
_LONGEST_HOLD: Final = timedelta(days=7)
"""How long a pending entry of an earlier statement may stand until the next one has it booked."""
_CLEAR: Final = 0.25
"""By how much a pending entry fits better than any other, so that no tie is decided."""
_ENOUGH: Final = 0.34
_SURE: Final = 0.67
_UNSAID: Final = 0.5
_MANY: Final = 3
_MOST_SETTLED: Final = 500
"""Pending entries that what is booked with another amount is compared with."""
_MOST_CANDIDATES: Final = 50
"""Known entries that one entry is compared with."""


def decide(
    part: Sequence[PartEntry],
    known_entries: Iterable[KnownEntry],
    statement: Coverage,
    tally: Tally,
) -> list[Decision]:
    """What each entry of a part is, in the order of the part. The same input gives the same answer.

    Decide on the parts of a statement one after the other, and store each before the next:
    `known_entries` must have what the earlier parts stored, with its mentions. A part may be
    decided again.

    Args:
        part: entries of one statement; a few thousand at once.
        known_entries: of the account, within WINDOW of the part's days, and all that are pending.
        statement: that the part is of.
        tally: of the whole statement.
    """
    return _Deciding(part, known_entries, statement=statement, tally=tally).decisions()


def unproven(
    part: Sequence[PartEntry],
    stored: Iterable[KnownEntry],
    statement: Coverage,
    tally: Tally,
) -> list[int]:
    """The positions of entries of which nothing but another reference says that they are new.

    The bank may have made its references anew. The arguments are those of `decide`. None where a
    person has said what such entries are.
    """
    if statement.overlap is not None:
        return []
    return _Deciding(part, stored, statement, tally=tally).unproven()


def unproven_batches(
    part: Sequence[PartEntry],
    stored: Iterable[KnownEntry],
    statement: Coverage,
    tally: Tally,
) -> list[Batch]:
    """The new entries that may be a batch of stored ones, or parts of a stored batch. The arguments
    are those of `decide`.
    """
    deciding = _Deciding(part, stored, statement, tally=tally)
    deciding.decisions()
    return deciding.batches()


class _Deciding:
    """Pairs entries with known ones, the surest pairs first. Each known entry is one entry of the
    statement.
    """

    def __init__(
        self,
        part: Sequence[PartEntry],
        known_entries: Iterable[KnownEntry],
        statement: Coverage,
        tally: Tally,
    ) -> None:
        self._part = [PartEntry(each.position, tally.settled(each.traits)) for each in part]
        self._statement = statement
        self._tally = tally
        self._done: dict[int, Decision] = {}
        self._taken: set[str] = set()
        self._mine: dict[int, str] = {}
        self._by_reference: dict[str, list[KnownEntry]] = defaultdict(list)
        self._by_content: dict[tuple[int, date | None, str], list[KnownEntry]] = defaultdict(list)
        self._by_day: dict[tuple[int, date], list[KnownEntry]] = defaultdict(list)
        self._by_amount: dict[tuple[int, bool], list[KnownEntry]] = defaultdict(list)
        self._known_days: dict[date, Counter[int]] = defaultdict(Counter)
        self._asked: Counter[Hashable] = Counter()
        stored = [*known_entries]
        self._stored = stored
        self._renumbered = renumbered_statements(self._part, stored, statement)
        self._sharing = statements_that_share_references(self._part, stored)
        for entry in sorted(stored, key=lambda each: (each.mentions[0].position, each.id)):
            self._take(entry)

    def _take(self, entry: KnownEntry) -> None:
        for mention in entry.mentions:
            if mention.statement.key == self._statement.key:
                self._mine[mention.position] = entry.id
                self._taken.add(entry.id)
        traits = [each.traits for each in entry.mentions]
        booked = next((each for each in traits if each.is_booked), None)
        if booked is not None and booked.day is not None:
            self._known_days[booked.day][booked.amount] += 1
        if entry.id in self._taken:
            return  # it is another entry of this statement, decided before
        for reference in {each.reference for each in traits if each.reference is not None}:
            self._by_reference[reference].append(entry)
        for content in {
            (each.amount, each.day, each.words)
            for each in traits
            if each.is_booked == entry.is_booked
        }:
            self._by_content[content].append(entry)
        for day in {(each.amount, day) for each in traits for day in each.days}:
            self._by_day[day].append(entry)
        for amount in {each.amount for each in traits}:
            self._by_amount[amount, entry.is_booked].append(entry)

    def unproven(self) -> list[int]:
        """The positions of entries that are new by their reference only: a known one says the
        same.
        """
        fresh = {each.position for each in self.decisions() if each.verdict is Verdict.NEW}
        return [
            entry.position
            for entry in self._part
            if entry.position in fresh and entry.traits.words and self._has_twin(entry.traits)
        ]

    def _has_twin(self, traits: Traits) -> bool:
        content = (traits.amount, traits.day, traits.words)
        free = [each for each in self._by_content.get(content, ()) if each.id not in self._taken]
        return any(
            self._differs_by_reference(traits, mention)
            for candidate in free[:_MOST_CANDIDATES]
            for mention in candidate.mentions
        )

    def _differs_by_reference(self, traits: Traits, mention: Mention) -> bool:
        """Whether only the references tell two apart, and no reference of the two statements is the
        same.
        """
        other = mention.traits
        if mention.statement.family != self._statement.family or follow(
            self._statement, mention.statement
        ):
            return False
        if mention.statement.key in self._sharing or None in {traits.reference, other.reference}:
            return False
        pairs = [(traits.end_to_end, other.end_to_end), (traits.account_end, other.account_end)]
        return all(one is None or two is None or one == two for one, two in pairs)

    def decisions(self) -> list[Decision]:
        for each in self._part:
            if each.position in self._mine:
                position = each.position
                self._done[position] = Decision(
                    position, Verdict.KNOWN, known=self._mine[position], by=By.POSITION
                )
        if self._tally.lists_all:
            # An id may name another purchase of the day by now: its own text tells.
            self._match(By.REFERENCE, self._named_with_its_words)
            self._match(By.CONTENT, self._equal)
        self._match(By.REFERENCE, self._named)
        self._match(By.CONTENT, self._equal)
        self._match(By.LIKENESS, self._alike)
        self._match(By.LIKENESS, self._on_another_day)
        self._match_held()
        self._match_settled()
        self._match_batches()
        return [
            self._done.get(
                each.position, Decision(each.position, Verdict.NEW, known=None, by=By.NOTHING)
            )
            for each in self._part
        ]

    def _match(self, by: By, find: Callable[[Traits], Iterable[tuple[float, KnownEntry]]]) -> None:
        """Pair what is not paired yet; the better pair goes first, then the earlier one."""
        self._asked.clear()
        pairs: list[tuple[float, int, int, PartEntry, KnownEntry]] = []
        for entry in self._part:
            if entry.position not in self._done:
                pairs += [
                    (-score, entry.position, order, entry, candidate)
                    for order, (score, candidate) in enumerate(find(entry.traits))
                ]
        pairs.sort(key=lambda each: each[:3])
        for _, position, _, entry, candidate in pairs:
            if position in self._done or candidate.id in self._taken:
                continue
            is_now = entry.traits.is_booked and not candidate.is_booked
            verdict = Verdict.NOW_BOOKED if is_now else Verdict.KNOWN
            self._done[position] = Decision(position, verdict, known=candidate.id, by=by)
            self._taken.add(candidate.id)

    def _named(self, traits: Traits) -> Iterator[tuple[float, KnownEntry]]:
        """The one known entry with the same reference. A pending amount may change until it is
        booked, as by a tip.
        """
        if traits.reference is None:
            return
        candidates = [
            candidate
            for candidate in self._by_reference.get(traits.reference, ())
            if candidate.id not in self._taken
            and any(self._names(traits, candidate, each) for each in candidate.mentions)
        ]
        if len(candidates) == 1:
            yield 1.0, candidates[0]

    def _named_with_its_words(self, traits: Traits) -> Iterator[tuple[float, KnownEntry]]:
        """The one known entry with the same reference, if it says the same."""
        for score, candidate in self._named(traits):
            if any(each.traits.words == traits.words for each in candidate.mentions):
                yield score, candidate

    def _names(self, traits: Traits, candidate: KnownEntry, mention: Mention) -> bool:
        other = mention.traits
        if other.reference != traits.reference or not _within(
            traits.day, other.day, before=WINDOW, after=WINDOW
        ):
            return False
        if mention.statement.key in self._renumbered and traits.is_booked and other.is_booked:
            return False
        is_same_family = mention.statement.family == self._statement.family
        if not (traits.is_booked and candidate.is_booked):
            is_same_direction = (other.amount > 0) == (traits.amount > 0)
            return other.amount == traits.amount or (is_same_family and is_same_direction)
        # Some banks number the rows of each download, so one format must repeat the day, too.
        if is_same_family:
            are_days_alike = bool(traits.days & other.days)
        else:
            are_days_alike = _within(traits.day, other.day, before=_CLOSE, after=_CLOSE)
        return other.amount == traits.amount and are_days_alike

    def _equal(self, traits: Traits) -> Iterator[tuple[float, KnownEntry]]:
        """Find known entries of the same amount, day and text, in their order: the first known one
        belongs to the first of the file, and so on.
        """
        if not traits.words:
            return
        content = (traits.amount, traits.day, traits.words)
        free = [each for each in self._by_content.get(content, ()) if each.id not in self._taken]
        for candidate in self._from(content, free):
            if candidate.is_booked == traits.is_booked and not self._are_apart(traits, candidate):
                yield 1.0, candidate

    def _from(self, group: Hashable, free: list[KnownEntry]) -> list[KnownEntry]:
        """The candidates for the next entry of a group: those around its own place in the group."""
        at = self._asked[group]
        self._asked[group] += 1
        begin = max(0, min(at - _MOST_CANDIDATES // 2, len(free) - _MOST_CANDIDATES))
        return free[begin : begin + _MOST_CANDIDATES]

    def _alike(self, traits: Traits) -> Iterator[tuple[float, KnownEntry]]:
        """Known entries of the same amount whose day and text fit."""
        for candidate in self._near(traits):
            if self._are_apart(traits, candidate):
                continue
            scores = [self._likeness(traits, candidate, each.traits) for each in candidate.mentions]
            score = max((each for each in scores if each is not None), default=None)
            if score is not None:
                yield score, candidate

    def _near(self, traits: Traits) -> list[KnownEntry]:
        on_days = (
            each
            for day in sorted(traits.days)
            for each in self._by_day.get((traits.amount, day), ())
        )
        others = chain.from_iterable(
            self._by_amount.get((traits.amount, is_booked), ())
            for is_booked in ((False,) if traits.is_booked else (False, True))
        )
        free = {each.id: each for each in chain(on_days, others) if each.id not in self._taken}
        return self._from((traits.amount, traits.day), list(free.values()))

    def _likeness(self, traits: Traits, candidate: KnownEntry, other: Traits) -> float | None:
        """How surely both are one, from 0 to 2; None: they are not."""
        if other.amount != traits.amount:
            return None
        if traits.is_booked == candidate.is_booked:
            fits = bool(traits.days & other.days) or (
                not traits.is_booked and not (traits.days and other.days)
            )
        else:
            booked, pending = (traits, other) if traits.is_booked else (other, traits)
            fits = _within(pending.day, booked.day, before=_EARLY, after=WINDOW)
        if not fits:
            return None
        words = _likeness_of_words(traits, other)
        if words is not None and words < _ENOUGH and not self._is_one_day(traits.day, candidate):
            return None
        score = _UNSAID if words is None else words
        if traits.account_end is not None and other.account_end is not None:
            score += 0.25 if traits.account_end == other.account_end else -0.1
        return (
            score
            + (0.1 if traits.booked_on == other.booked_on else 0)
            - _days_apart(traits.day, other.day) / 100
        )

    def _on_another_day(self, traits: Traits) -> Iterator[tuple[float, KnownEntry]]:
        """Another format may have the day of the purchase. The statement has no such amount on that
        day, and what is known has none on this one.
        """
        day = traits.day
        if day is None or not traits.is_booked or self._known_days[day][traits.amount]:
            return
        free = (
            each
            for each in self._by_amount.get((traits.amount, True), ())
            if each.id not in self._taken
        )
        for candidate in islice(free, _MOST_CANDIDATES):
            first = candidate.mentions[0].traits
            if (
                any(each.statement.family == self._statement.family for each in candidate.mentions)
                or first.day is None
                or self._tally.amounts(first.day).get(traits.amount)
                or not _within(first.day, day, before=_CLOSE, after=_CLOSE)
                or self._are_apart(traits, candidate)
            ):
                continue
            words = _likeness_of_words(traits, first)
            if words is not None and words >= _SURE:
                yield words - _days_apart(first.day, day) / 100, candidate

    def _match_held(self) -> None:
        """Pair what is booked with what was pending in a statement before this one: the same amount
        and alike in text, a few days later, one to one. Statements that follow each other share no
        booked entry, but this they may.
        """
        pairs: list[tuple[float, int, str]] = []
        for entry in self._open_entries():
            same = self._by_amount.get((entry.traits.amount, False), ())
            for candidate in islice(same, _MOST_CANDIDATES):
                score = self._hold_score(entry.traits, candidate)
                if score is not None:
                    pairs.append((score, entry.position, candidate.id))
        self._pair_clearly(pairs)

    def _match_settled(self) -> None:
        """Pair what is booked with what was pending with another amount, as for a hotel: one to
        one, by the payee.

        Only where the file says what is still pending, and that amount is not: then it was booked
        or dropped. If it is booked with its own amount later, that is another entry, so no money is
        lost.
        """
        if not self._tally.lists_states:
            return
        pending = [
            each
            for (amount, is_booked), those in self._by_amount.items()
            if not is_booked and not self._tally.has_pending(amount)
            for each in those[:_MOST_CANDIDATES]
        ][:_MOST_SETTLED]
        by_word: dict[str, list[KnownEntry]] = defaultdict(list)
        for candidate in pending:
            for word in candidate.mentions[0].traits.words.split():
                by_word[word].append(candidate)
        pairs: list[tuple[float, int, str]] = []
        for entry in self._open_entries():
            for candidate in _sharing_a_word(entry.traits, by_word):
                score = self._settled(entry.traits, candidate)
                if score is not None:
                    pairs.append((score, entry.position, candidate.id))
        self._pair_clearly(pairs)

    def _settled(self, traits: Traits, candidate: KnownEntry) -> float | None:
        """How alike what is booked and what was pending with another amount are; None: they are
        two.
        """
        mention = candidate.mentions[0]
        amount = mention.traits.amount
        if mention.statement.family != self._statement.family or amount == traits.amount:
            return None
        is_near = 2 * abs(traits.amount) >= abs(amount) and 2 * abs(traits.amount) <= 3 * abs(
            amount
        )
        if not is_near or (amount > 0) != (traits.amount > 0):
            return None
        score = self._hold_score(traits, candidate)
        if score is None or score < _SURE:
            return None
        return score

    def batches(self) -> list[Batch]:
        """What is left over on both sides, and adds up."""
        free = (
            each
            for each in self._stored
            if each.is_booked
            and each.id not in self._taken
            and not any(follow(self._statement, one.statement) for one in each.mentions)
        )
        return batches_of(self._open_entries(), free)

    def _match_batches(self) -> None:
        """Take the parts of a batch for it where an earlier file was said to have them, and where a
        person says it of this one.
        """
        parts = parts_of_batches(self._stored)
        for entry in self._open_entries():
            id_ = parts.get((entry.traits.amount, entry.traits.day, entry.traits.words))
            if id_ is not None:
                self._take_for(entry.position, id_)
        if self._statement.overlap == "same":
            for batch in self.batches():
                for position in batch.positions:
                    self._take_for(position, batch.ids[0])

    def _take_for(self, position: int, id_: str) -> None:
        self._done[position] = Decision(position, Verdict.KNOWN, known=id_, by=By.BATCH)
        self._taken.add(id_)

    def _open_entries(self) -> Iterator[PartEntry]:
        """Booked entries that are not paired yet."""
        return (
            each for each in self._part if each.position not in self._done and each.traits.is_booked
        )

    def _pair_clearly(self, pairs: Sequence[tuple[float, int, str]]) -> None:
        """Pair what fits each other better than anything else. Pairs are scores, positions and
        ids.
        """
        scores: dict[int | str, list[float]] = defaultdict(list)
        for score, position, id_ in pairs:
            scores[position].append(score)
            scores[id_].append(score)
        for score, position, id_ in pairs:
            # All but its own: of a tie there is another one as good.
            if all(
                sum(each > score - _CLEAR for each in scores[one]) == 1 for one in (position, id_)
            ):
                self._done[position] = Decision(
                    position, Verdict.NOW_BOOKED, known=id_, by=By.LIKENESS
                )
                self._taken.add(id_)

    def _hold_score(self, traits: Traits, candidate: KnownEntry) -> float | None:
        """How alike what is booked and what was pending are; None: they are two."""
        pending = candidate.mentions[0].traits
        if candidate.id in self._taken or traits.day is None or pending.day is None:
            return None
        if not timedelta() <= traits.day - pending.day <= _LONGEST_HOLD:
            return None
        words = _likeness_of_words(traits, pending)
        if words is not None and words >= _ENOUGH:
            return words
        return None

    def _are_apart(self, traits: Traits, candidate: KnownEntry) -> bool:
        """Whether something proves that they are two, however alike they are."""
        return any(
            follow(self._statement, each.statement) or self._contradict(traits, each)
            for each in candidate.mentions
        )

    def _contradict(self, traits: Traits, mention: Mention) -> bool:
        """Say whether references show two entries. A format writes references in one form, so two
        references in it mean two entries.
        """
        other = mention.traits
        if mention.statement.family != self._statement.family or not (
            traits.is_booked and other.is_booked
        ):
            return False
        pairs = [(traits.end_to_end, other.end_to_end), (traits.account_end, other.account_end)]
        is_renumbered = mention.statement.key in self._renumbered
        if not is_renumbered and not self._is_made_anew(traits.day) and not self._is_lost(other):
            pairs.append((traits.reference, other.reference))
        return any(one is not None and two is not None and one != two for one, two in pairs)

    def _is_lost(self, other: Traits) -> bool:
        """Whether a known entry is under its reference no more, and the statement has all that is
        booked on its days: the bank gives it another reference by now.
        """
        if self._statement.overlap == "apart" or not self._tally.has_lost(other):
            return False
        first = self._statement.from_day
        last = self._statement.to_day
        if first is None or last is None or other.day is None:
            return False
        return first <= other.day <= last

    def _is_one_day(self, day: date | None, candidate: KnownEntry) -> bool:
        """Whether this is one day in two files, so that texts need not be alike. One format has
        texts in one form, so there it takes more than one amount.
        """
        if all(each.statement.family != self._statement.family for each in candidate.mentions):
            return self._is_whole(day)
        return self._is_made_anew(day)

    def _is_whole(self, day: date | None) -> bool:
        """Whether the statement and what is known have the same amounts on this day."""
        return day is not None and self._tally.amounts(day) == self._known_days[day]

    def _is_made_anew(self, day: date | None) -> bool:
        """Whether a whole day comes again, with several amounts: the bank made its references or
        texts anew.
        """
        if day is None or not self._is_whole(day):
            return False
        amounts = self._tally.amounts(day)
        return len(amounts) > 1 and sum(amounts.values()) >= _MANY


def _sharing_a_word(
    traits: Traits, by_word: Mapping[str, Sequence[KnownEntry]]
) -> list[KnownEntry]:
    """Known entries that have a word of an entry, each once."""
    those = {each.id: each for word in traits.words.split() for each in by_word.get(word, ())}
    return [*those.values()][:_MOST_CANDIDATES]


def _likeness_of_words(one: Traits, other: Traits) -> float | None:
    """How alike what they say is; None if one says nothing."""
    if one.end_to_end is not None and one.end_to_end == other.end_to_end:
        return 1.0
    return alike(one.words, other.words)


def _within(earlier: date | None, later: date | None, before: timedelta, after: timedelta) -> bool:
    """Whether `later` is at most so long before or after `earlier`; also if a day is not known."""
    return earlier is None or later is None or -before <= later - earlier <= after


def _days_apart(one: date | None, other: date | None) -> int:
    if one is not None and other is not None:
        return abs((one - other).days)
    return 0
