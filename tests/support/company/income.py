"""Stories of money that customers pay, that comes back, and that the company pays to its people."""

from datetime import timedelta

from tests.support.company import words
from tests.support.company.drawing import EUR, Drawing
from tillroll_documents.matching.models import Document, MatchKind

_ONE = MatchKind.EXACT


def _written(draw: Drawing, number: str) -> str:
    """A number as payers write it."""
    form = draw.choice(["Re {}", "Rechnung {}", "Rg.Nr. {}", "{}", "INV {} danke", "RE: {}."])
    return form.format(
        draw.choice([number, number, number.replace("-", ""), number.replace("-", "/")])
    )


def _person(draw: Drawing) -> str:
    return f"{draw.choice(words.FIRST_NAMES)} {draw.choice(words.LAST_NAMES)}"


def claim_by_its_number(draw: Drawing) -> None:
    """A customer pays, and names the claim."""
    client = draw.choice(words.CUSTOMERS)
    total = draw.amount(3_000, 300_000)
    dated = draw.day(-20, 15)
    claim = draw.claim(client, total, dated)
    line = draw.line(
        "received",
        total,
        draw.later(max(dated, draw.day(0, 0)), 1, 14),
        name=client,
        text=_written(draw, claim.references[0]),
        counterparty=draw.mark(),
    )
    draw.is_true(_ONE, [line], claim)


def claim_without_its_number(draw: Drawing) -> None:
    """A customer pays the amount and writes something else."""
    client = draw.choice(words.CUSTOMERS)
    total = draw.amount(3_000, 300_000)
    dated = draw.day(-10, 15)
    claim = draw.claim(client, total, dated)
    day = draw.later(max(dated, draw.day(0, 0)), 1, 12)
    text = draw.choice(["", "Danke", "Zahlung März", f"Kundennr {draw.digits(6)}"])
    line = draw.line("received", total, day, name=client, text=text)
    draw.is_true(_ONE, [line], claim)


def claim_by_another_payer(draw: Drawing) -> None:
    """Somebody who is no customer pays by the right number: parents, a trustee, a factor."""
    claim = draw.claim(draw.choice(words.CUSTOMERS), draw.amount(3_000, 90_000), draw.day(0, 10))
    line = draw.line(
        "received",
        claim.amount,
        draw.later(draw.day(11, 20), 0, 5),
        name=draw.choice(words.PAYERS_FOR_OTHERS),
        text=_written(draw, claim.references[0]),
    )
    draw.is_true(_ONE, [line], claim)


def payer_is_another_customer(draw: Drawing) -> None:
    """Two customers owe one amount, and one of them writes the number of the other."""
    family = draw.choice(words.LAST_NAMES)
    first, second = draw.random.sample(words.FIRST_NAMES, 2)
    names = [f"{first} {family}", f"{second} {family}"]
    if draw.random.random() < 0.4:
        names = draw.random.sample(words.CUSTOMERS, 2)
    total = draw.amount(3_000, 50_000)
    dated = draw.day(0, 10)
    named = draw.claim(names[0], total, dated)
    own = draw.claim(names[1], total, draw.later(dated, 0, 4))
    line = draw.line(
        "received",
        total,
        draw.later(dated, 5, 15),
        name=names[1],
        text=_written(draw, named.references[0]),
    )
    right = draw.choice([named, own])
    draw.is_true(_ONE, [line], right)
    draw.month.also_right.update({(line.id, named.id), (line.id, own.id)})
    draw.must_be_asked(line, "the number is one customer's, the payer is another")


def one_amount_of_two_customers(draw: Drawing) -> None:
    """Two customers with similar names owe one amount; one pays without a number."""
    names = draw.choice(
        [
            ("Kontor Nord AG", "Kontor Nord Immobilien GmbH"),
            ("Müller Bau GmbH", "Müller Bau Verwaltungs GmbH"),
            ("Anna Hofmann", "Hanna Hofmann"),
        ]
    )
    total = draw.amount(3_000, 50_000)
    dated = draw.day(0, 10)
    claims = {name: draw.claim(name, total, dated) for name in names}
    payer = draw.choice(names)
    line = draw.line("received", total, draw.later(dated, 2, 12), name=payer, text="Rechnung")
    draw.is_true(_ONE, [line], claims[payer])


def number_with_a_slip(draw: Drawing) -> None:
    """A digit is wrong, and the number is then another customer's."""
    draw.claim(draw.choice(words.CUSTOMERS), draw.amount(3_000, 50_000), draw.day(0, 5))
    other = draw.month.documents[-1]
    client = draw.choice([each for each in words.CUSTOMERS if each not in other.names])
    claim = draw.claim(client, draw.amount(3_000, 50_000), draw.day(0, 8))
    text = _written(draw, other.references[0])
    line = draw.line("received", claim.amount, draw.day(10, 25), name=client, text=text)
    draw.is_true(_ONE, [line], claim)


def several_claims_at_once(draw: Drawing) -> None:
    """One transfer for two or three claims, named in the text or as structured numbers."""
    client = draw.choice(words.CUSTOMERS)
    payer = client if draw.random.random() < 0.7 else draw.choice(words.PAYERS_FOR_OTHERS)
    dated = draw.day(0, 8)
    claims = [
        draw.claim(client, draw.amount(3_000, 60_000), dated)
        for _ in range(draw.random.randint(2, 3))
    ]
    numbers = [claim.references[0] for claim in claims]
    total = sum(claim.amount for claim in claims)
    day = draw.later(dated, 3, 16)
    if draw.random.random() < 0.5:
        line = draw.line("received", total, day, name=payer, text="Re " + ", ".join(numbers))
    else:
        line = draw.line("received", total, day, name=payer, references=tuple(numbers))
    draw.is_true(MatchKind.ONE_TO_MANY, [line], *claims)


def paid_in_parts(draw: Drawing) -> None:
    """Two instalments that name the claim."""
    client = draw.choice(words.CUSTOMERS)
    total = draw.amount(20_000, 200_000)
    claim = draw.claim(client, total, draw.day(0, 5))
    first = round(total * 0.3)
    text = _written(draw, claim.references[0])
    lines = [
        draw.line("received", first, draw.day(8, 14), name=client, text=f"{text} 1. Rate"),
        draw.line("received", total - first, draw.day(18, 28), name=client, text=f"{text} Rest"),
    ]
    draw.is_true(MatchKind.MANY_TO_ONE, lines, claim)


def paid_too_much(draw: Drawing) -> None:
    """The right number and name, and more than is owed."""
    client = draw.choice(words.CUSTOMERS)
    total = draw.amount(5_000, 60_000)
    claim = draw.claim(client, total, draw.day(0, 8))
    more = draw.choice([1, 50, 1_000, round(total * 0.19), total, 9_000])
    line = draw.line(
        "received",
        total + more,
        draw.day(10, 25),
        name=client,
        text=_written(draw, claim.references[0]),
    )
    draw.is_true(_ONE, [line], claim)
    draw.must_be_asked(line, "it is more than is owed")
    draw.must_be_proposed(line, "the number is right")


def paid_twice(draw: Drawing) -> None:
    """The customer pays once, and pays again some days later."""
    client = draw.choice(words.CUSTOMERS)
    claim = draw.claim(client, draw.amount(5_000, 60_000), draw.day(0, 5))
    text = _written(draw, claim.references[0])
    first = draw.line("received", claim.amount, draw.day(6, 10), name=client, text=text)
    draw.is_true(_ONE, [first], claim)
    second = draw.line("received", claim.amount, draw.day(14, 25), name=client, text=text)
    draw.must_be_asked(second, "it is paid already")


def paid_again_after_it_was_settled(draw: Drawing) -> None:
    """The claim is paid before this file; the money comes once more."""
    client = draw.choice(words.CUSTOMERS)
    claim = draw.claim(client, draw.amount(5_000, 60_000), draw.day(-20, 0), remainder=0)
    text = _written(draw, claim.references[0])
    line = draw.line("received", claim.amount, draw.day(6, 25), name=client, text=text)
    draw.must_be_asked(line, "it is paid already")


def card_payout(draw: Drawing) -> None:
    """A card processor pays several claims at once, less its fees."""
    name, text, share, each_cents = draw.choice(words.PROCESSORS)
    dated = draw.day(0, 20)
    claims = [
        draw.claim(_person(draw), draw.amount(1_500, 30_000), draw.later(dated, -2, 1))
        for _ in range(draw.random.randint(1, 4))
    ]
    gross = sum(claim.amount for claim in claims)
    fee = sum(round(claim.amount * share / 10_000) + each_cents for claim in claims)
    id_ = draw.digits(6)
    day = draw.later(dated, 2, 7)
    words_ = text.format(id=id_)
    if draw.random.random() < 0.4:
        words_ += " " + " ".join(claim.references[0] for claim in claims)
    line = draw.line("received", gross - fee, day, name=name, text=words_, references=(f"po{id_}",))
    draw.is_true(MatchKind.ONE_TO_MANY, [line], *claims, f"fee:{EUR}")
    draw.must_be_asked(line, "what the processor kept is only computed")


def card_payout_of_a_cash_desk(draw: Drawing) -> None:
    """A payout of sales that are no claims; its net may be near to somebody's claim."""
    name, text, share, _ = draw.choice(words.PROCESSORS)
    net = draw.amount(5_000, 200_000)
    if draw.random.random() < 0.5:
        draw.claim(draw.choice(words.CUSTOMERS), round(net * (1 + share / 10_000)), draw.day(0, 9))
    line = draw.line(
        "received", net, draw.day(9, 28), name=name, text=text.format(id=draw.digits(6))
    )
    draw.must_be_asked(line, "a processor pays for many")


def returned_debit(draw: Drawing) -> None:
    """A customer's payment is collected and comes back, often with the bank's fee."""
    client = _person(draw)
    total = draw.amount(2_000, 40_000)
    is_settled = draw.random.random() < 0.5
    dated = draw.day(0, 5)
    claim = draw.claim(client, total, dated, remainder=0 if is_settled else None)
    end_to_end = f"E2E{draw.digits(8)}"
    text = _written(draw, claim.references[0])
    first = draw.line(
        "received",
        total,
        draw.later(dated, 1, 6),
        name=client,
        text=text,
        references=(end_to_end,),
        is_settled=is_settled,
    )
    if not is_settled:
        draw.is_true(_ONE, [first], claim)
    reason = draw.choice(words.RETURN_REASONS)
    fee = draw.choice([0, 0, 300, 550])
    back = draw.line(
        "returned debit",
        -total - fee,
        draw.later(first.on or dated, 2, 10),
        name=client,
        text=f"SEPA Lastschrift Rueckgabe {reason} {text}",
        references=(end_to_end,),
        charges=fee,
    )
    draw.is_true(MatchKind.REFUND, [back], claim)
    draw.month.also_right.update({(first.id, back.id), (back.id, first.id)})
    if fee:
        draw.month.also_right.add((back.id, f"fee:{EUR}"))
    draw.must_be_proposed(back, "the bank says what it returns")


def payout_to_a_person(draw: Drawing) -> Document:
    """An employee is paid back by a payment file."""
    person = _person(draw)
    total = draw.amount(1_500, 60_000)
    run = f"PYR-{draw.digits(9)}"
    dated = draw.day(0, 18)
    payout = draw.payout(person, total, dated, run)
    line = draw.line(
        "transfer",
        -total,
        draw.later(dated, 1, 3),
        name=person,
        text=f"Auslagen {draw.digits(3)}",
        references=(run,),
    )
    draw.is_true(_ONE, [line], payout)
    return payout


def returned_payout(draw: Drawing) -> None:
    """A payout leaves, and comes back since the account is closed."""
    payout = payout_to_a_person(draw)
    first = draw.month.lines[-1]
    reason = draw.choice(("AC01", "AC04", "AC06", "BE04", "RR03"))
    back = draw.line(
        "returned transfer",
        -payout.amount,
        draw.later(first.on or draw.day(), 1, 5),
        name=payout.names[0],
        text=f"RETOURE {reason} {first.text}",
        references=payout.references,
    )
    draw.is_true(MatchKind.REFUND, [back], payout)
    draw.month.also_right.update({(first.id, back.id), (back.id, first.id)})
    draw.must_be_proposed(back, "the bank says what it returns")


def batch_and_singles(draw: Drawing) -> None:
    """One file has the sum of a payment run, another one its single payments."""
    run = f"PYR-{draw.digits(9)}"
    dated = draw.day(0, 18)
    day = draw.later(dated, 1, 3)
    total = 0
    for _ in range(draw.random.randint(2, 4)):
        person = _person(draw)
        amount = draw.amount(2_000, 40_000)
        total += amount
        payout = draw.payout(person, amount, dated, run)
        line = draw.line("transfer", -amount, day, name=person, text="Auslagen", references=(run,))
        draw.is_true(_ONE, [line], payout)
        draw.must_be_asked(line, "the same money may be in the batch")
    batch = draw.line("batch", -total, day, text="Sammelüberweisung", references=(run,))
    draw.must_be_asked(batch, "its single payments are in another file")


def batch_only(draw: Drawing) -> None:
    """The bank books the sum of a payment run."""
    run = f"PYR-{draw.digits(9)}"
    dated = draw.day(0, 18)
    payouts = [
        draw.payout(_person(draw), draw.amount(2_000, 40_000), dated, run)
        for _ in range(draw.random.randint(2, 4))
    ]
    line = draw.line(
        "batch",
        sum(payout.amount for payout in payouts),
        draw.later(dated, 1, 3),
        text="Sammelüberweisung",
        references=(run,),
    )
    draw.is_true(MatchKind.ONE_TO_MANY, [line], *payouts)


def early_discount(draw: Drawing) -> None:
    """A customer takes 2 or 3 % off, names the claim, and pays no more."""
    client = draw.choice(words.CUSTOMERS)
    total = draw.amount(30_000, 300_000)
    claim = draw.claim(client, total, draw.day(0, 8))
    paid = round(total * draw.choice([0.98, 0.97]))
    text = f"{_written(draw, claim.references[0])} abzgl. Skonto"
    line = draw.line("received", paid, draw.day(9, 18), name=client, text=text)
    draw.is_true(MatchKind.PARTIAL, [line], claim)


def interest(draw: Drawing) -> None:
    """The bank pays interest: nobody owes it."""
    line = draw.line("received", draw.amount(10, 900), draw.day(), text="Habenzinsen Abschluss")
    draw.must_be_asked(line, "nobody owes it")


def new_order(draw: Drawing) -> None:
    """A customer pays before there is a claim; an older one of theirs is open with another
    amount.
    """
    client = draw.choice(words.CUSTOMERS)
    draw.claim(client, draw.amount(30_000, 90_000), draw.day(-9, 5))
    text = f"Anzahlung Auftrag {draw.digits(5)}"
    amount = draw.amount(2_000, 20_000)
    line = draw.line("received", amount, draw.day(8, 20), name=client, text=text)
    draw.must_be_asked(line, "it may be for something else")


def supplier_number_like_a_claim(draw: Drawing) -> None:
    """A supplier's invoice has the number of one of our own claims."""
    claim = draw.claim(draw.choice(words.CUSTOMERS), draw.amount(5_000, 50_000), draw.day(0, 10))
    number = claim.references[0]
    supplier = draw.choice(words.SUPPLIERS)
    total = draw.amount(5_000, 50_000)
    dated = draw.day(0, 10)
    expense = draw.expense(supplier, total, dated, number=number, due=dated + timedelta(days=14))
    line = draw.line(
        "transfer", -total, draw.later(dated, 2, 12), name=supplier, text=f"Rechnung {number}"
    )
    draw.is_true(_ONE, [line], expense)


STORIES = (
    (claim_by_its_number, 16),
    (claim_without_its_number, 6),
    (claim_by_another_payer, 2),
    (payer_is_another_customer, 2),
    (one_amount_of_two_customers, 1),
    (number_with_a_slip, 1),
    (several_claims_at_once, 2),
    (paid_in_parts, 1),
    (paid_too_much, 2),
    (paid_twice, 1),
    (paid_again_after_it_was_settled, 1),
    (card_payout, 2),
    (card_payout_of_a_cash_desk, 1),
    (returned_debit, 2),
    (payout_to_a_person, 6),
    (returned_payout, 1),
    (batch_and_singles, 1),
    (batch_only, 1),
    (early_discount, 1),
    (interest, 1),
    (new_order, 1),
    (supplier_number_like_a_claim, 1),
)
"""Each story, and how often it happens in a month."""
