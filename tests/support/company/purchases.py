"""Stories of money that the company spends."""

from datetime import timedelta

from tests.support.company import words
from tests.support.company.drawing import EUR, SAVINGS, Drawing
from tillroll_documents.matching.models import MatchKind

_ONE = MatchKind.EXACT


def card_purchase(draw: Drawing) -> None:
    """A receipt, and the card's line some days later."""
    merchant, printed = draw.choice(words.SHOPS)
    total = draw.amount()
    bought = draw.day(0, 26)
    expense = draw.expense(merchant, total, bought)
    day = draw.later(bought, 0, 4)
    line = draw.line("card", -total, day, name=printed, bought=bought)
    draw.is_true(_ONE, [line], expense)


def purchase_without_a_receipt(draw: Drawing) -> None:
    """The card's line only."""
    _, printed = draw.choice(words.SHOPS)
    draw.line("card", -draw.amount(), draw.day(), name=printed)


def receipt_without_a_line(draw: Drawing) -> None:
    """Paid in cash, or by a card whose statement is missing."""
    merchant, _ = draw.choice(words.SHOPS)
    draw.expense(merchant, draw.amount(), draw.day())


def supplier_invoice(draw: Drawing) -> None:
    """A transfer that names the invoice."""
    supplier = draw.choice(words.SUPPLIERS)
    total = draw.amount(5_000, 400_000)
    number = draw.choice(["RE-{}", "{}", "2026/{}", "R{}"]).format(draw.digits(5))
    dated = draw.day(0, 15)
    expense = draw.expense(supplier, total, dated, number=number, due=dated + timedelta(days=14))
    written = draw.choice([number, number.replace("-", ""), number.replace("/", " ")])
    line = draw.line(
        "transfer",
        -total,
        draw.later(dated, 1, 15),
        name=supplier,
        text=f"Rechnung {written} Kd {draw.digits(6)}",
        counterparty=draw.mark(),
    )
    draw.is_true(_ONE, [line], expense)


def direct_debit(draw: Drawing) -> None:
    """A subscription, collected some days after its invoice; the amount is each month's."""
    supplier, price = draw.choice(words.SUBSCRIPTIONS)
    total = price + draw.random.randrange(0, 400)
    number = draw.digits(8)
    dated = draw.day(0, 20)
    expense = draw.expense(supplier, total, dated, number=number)
    line = draw.line(
        "debit",
        -total,
        draw.later(dated, 2, 8),
        name=supplier,
        text=f"Vertrag {draw.digits(7)} Rechnung {number}",
        counterparty=draw.mark(),
    )
    draw.is_true(_ONE, [line], expense)


def charged_before_the_invoice(draw: Drawing) -> None:
    """A web shop charges at the order; the invoice is dated when it ships."""
    merchant, printed = draw.choice(words.WEB_SHOPS)
    total = draw.amount()
    charged = draw.day(0, 18)
    expense = draw.expense(merchant, total, draw.later(charged, 4, 12), number=draw.digits(7))
    line = draw.line("card", -total, charged, name=printed)
    draw.is_true(_ONE, [line], expense)
    draw.must_be_proposed(line, "the web shop charged before it shipped")


def travel_booked_before(draw: Drawing) -> None:
    """A flight is charged when it is booked; its invoice is of the day of travel."""
    merchant, printed = draw.choice(words.TRAVEL)
    total = draw.amount(8_000, 90_000)
    charged = draw.day(0, 10)
    expense = draw.expense(merchant, total, draw.later(charged, 10, 25))
    line = draw.line("card", -total, charged, name=printed)
    draw.is_true(_ONE, [line], expense)
    draw.must_be_proposed(line, "travel is charged when it is booked")


def paid_by_an_employee(draw: Drawing) -> None:
    """Two colleagues in one hotel: one pays privately, the other by the company's card."""
    merchant, printed = draw.choice([*words.HOTELS, *words.TABLES, *words.SHOPS])
    total = draw.amount(2_000, 30_000)
    bought = draw.day(0, 26)
    draw.expense(merchant, total, bought, employee="Ann Lee")
    line = draw.line("card", -total, draw.later(bought, 0, 2), name=printed, bought=bought)
    draw.must_be_asked(line, "the employee paid, so the company's card paid another receipt")


def said_to_be_an_employees(draw: Drawing) -> None:
    """The company's card paid, and the expense says that the employee did."""
    merchant, printed = draw.choice([*words.SHOPS, *words.HOTELS])
    total = draw.amount()
    bought = draw.day(0, 26)
    expense = draw.expense(merchant, total, bought, employee="Ann Lee")
    line = draw.line("card", -total, draw.later(bought, 0, 3), name=printed)
    draw.is_true(_ONE, [line], expense)
    draw.must_be_asked(line, "who paid is a person's word")


def transfer_to_a_shop_of_an_employees_receipt(draw: Drawing) -> None:
    """An employee paid an invoice privately, and the company pays it again by its number."""
    supplier = draw.choice(words.SUPPLIERS)
    total = draw.amount(5_000, 80_000)
    number = f"RE-{draw.digits(5)}"
    dated = draw.day(0, 15)
    expense = draw.expense(supplier, total, dated, number=number, employee="Ann Lee")
    line = draw.line(
        "transfer", -total, draw.later(dated, 1, 9), name=supplier, text=f"Rechnung {number}"
    )
    draw.is_true(_ONE, [line], expense)
    draw.must_be_asked(line, "an employee paid it: it may be paid twice")


def tip(draw: Drawing) -> None:
    """A guest adds to the bill."""
    merchant, printed = draw.choice(words.TABLES)
    total = draw.amount(1_500, 15_000)
    share = draw.choice([5, 6, 8, 10, 11, 12, 15])
    paid = round(total * (100 + share) / 100)
    if draw.random.random() < 0.5:
        paid = -(-paid // 100) * 100
    bought = draw.day(0, 26)
    expense = draw.expense(merchant, total, bought, allows_tip=True)
    line = draw.line("card", -paid, draw.later(bought, 0, 3), name=printed, bought=bought)
    draw.is_true(MatchKind.TIP, [line], expense)
    draw.must_be_asked(line, "a tip is proposed, never booked by itself")


def net_total(draw: Drawing) -> None:
    """The net total was read, and the gross total was paid."""
    is_table = draw.random.random() < 0.4
    merchant = draw.choice(words.TABLES)[0] if is_table else draw.choice(words.SUPPLIERS)
    rate = draw.choice(words.VAT_RATES)
    net = draw.amount(1_500, 90_000)
    paid = round(net * (100 + rate) / 100)
    number = draw.digits(6)
    dated = draw.day(0, 20)
    expense = draw.expense(merchant, net, dated, number=number, allows_tip=is_table)
    day = draw.later(dated, 0, 5)
    if is_table:
        line = draw.line("card", -paid, day, name=merchant.upper(), bought=dated)
    else:
        text = f"Rechnung {number}"
        line = draw.line("transfer", -paid, day, name=merchant, text=text)
    draw.is_true(_ONE, [line], expense)
    draw.must_be_asked(line, "the difference is the tax: the total was read wrong")


def discount(draw: Drawing) -> None:
    """A bill is paid soon, less the discount of its terms."""
    supplier = draw.choice(words.SUPPLIERS)
    total = draw.amount(5_000, 120_000)
    percent = draw.choice([2, 3])
    number = f"RE-{draw.digits(5)}"
    dated = draw.day(0, 18)
    expense = draw.expense(supplier, total, dated, number=number)
    paid = total - round(total * percent / 100)
    line = draw.line(
        "transfer", -paid, draw.later(dated, 2, 9), name=supplier, text=f"{number} abzgl. Skonto"
    )
    draw.is_true(MatchKind.DISCOUNT, [line], expense)
    draw.must_be_asked(line, "a discount is proposed, never booked by itself")
    draw.must_be_proposed(line, "its terms are usual ones")


def another_amount(draw: Drawing) -> None:
    """The same firm is paid a little more or less than its bill says, and nothing says why."""
    supplier = draw.choice(words.SUPPLIERS)
    total = draw.amount(20_000, 120_000)
    dated = draw.day(0, 20)
    draw.expense(supplier, total, dated, due=draw.later(dated, 14, 14))
    off = draw.choice([-22, -13, -6, 4, 11, 15, 18])
    paid = total + total * off // 1000
    line = draw.line("transfer", -paid, draw.later(dated, 1, 6), name=supplier, text="Zahlung")
    draw.must_be_asked(line, "no rate explains another amount of one currency")


def a_cent_more(draw: Drawing) -> None:
    """The bank's amount is a cent or two larger: a total that was read wrong, or other rounding."""
    merchant, printed = draw.choice([*words.SHOPS, *words.TABLES])
    total = draw.amount(5_000, 60_000)
    bought = draw.day(0, 26)
    is_table = merchant in dict(words.TABLES)
    expense = draw.expense(merchant, total, bought, allows_tip=is_table)
    paid = total + draw.choice([1, 2])
    line = draw.line("card", -paid, draw.later(bought, 0, 2), name=printed)
    draw.is_true(_ONE, [line], expense)
    if paid % 5:
        draw.must_be_asked(line, "a cent is no tip, and this is not rounded to five cents")


def no_fee(draw: Drawing) -> None:
    """A merchant or a text that has a word of fees."""
    name, text, kind = draw.choice(words.NO_FEES)
    draw.line(kind, -draw.amount(200, 4_900), draw.day(), name=name, text=text)


def bank_fee(draw: Drawing) -> None:
    """The bank takes its own fee, and names nobody."""
    fee = f"fee:{EUR}"
    texts = words.FEES
    if draw.bank.codes:
        texts = (*words.FEES, *words.FEES_WITH_A_CODE)
    amount = -draw.amount(100, 3_000)
    line = draw.line("fee", amount, draw.day(), text=draw.choice(texts))
    draw.is_true(MatchKind.FEE, [line], fee)


def short_name(draw: Drawing) -> None:
    """A receipt of a short name, and another merchant whose name contains it, at one price."""
    merchant, printed = draw.choice(words.SHORT_NAMES)
    total = draw.amount(1_000, 9_000)
    bought = draw.day(0, 26)
    draw.expense(merchant, total, bought)
    draw.line("card", -total, draw.later(bought, 0, 2), name=printed, bought=bought)


def short_name_of_its_own(draw: Drawing) -> None:
    """A short name that the bank writes with a number and a town."""
    merchant, _ = draw.choice(words.SHORT_NAMES)
    total = draw.amount(1_000, 9_000)
    bought = draw.day(0, 26)
    expense = draw.expense(merchant, total, bought)
    name = f"{merchant.upper()} {draw.digits(4)}"
    line = draw.line("card", -total, draw.later(bought, 0, 2), name=name, bought=bought)
    draw.is_true(_ONE, [line], expense)


def foreign_card(draw: Drawing) -> None:
    """A receipt in another currency; the bank prints it, its rate, and takes a fee of its own."""
    merchant, printed, currency, rate = draw.choice(words.ABROAD)
    total = draw.amount(900, 30_000)
    home = round(total / float(rate))
    bought = draw.day(0, 26)
    expense = draw.expense(merchant, total, bought, currency=currency, converted=home)
    day = draw.later(bought, 0, 3)
    charged = home + draw.random.randint(-home // 200, home // 200)
    foreign = (-total, currency, rate)
    line = draw.line("card", -charged, day, name=printed, bought=bought, foreign=foreign)
    draw.is_true(MatchKind.FOREIGN, [line], expense)
    if draw.random.random() < 0.5:
        text = f"Auslandseinsatzentgelt 1,75 % {currency} {total / 100:.2f}"
        fee = draw.line("fee", -max(1, round(charged * 0.0175)), day, text=text)
        draw.is_true(MatchKind.FEE, [fee], f"fee:{EUR}")


def hold(draw: Drawing) -> None:
    """A hotel or filling station holds more than it books."""
    merchant, printed = draw.choice(words.HOTELS)
    total = draw.amount(7_000, 30_000)
    bought = draw.day(0, 20)
    held = draw.line("card", -(total + 5_000), bought, name=printed, is_pending=True)
    expense = draw.expense(merchant, total, bought + timedelta(days=1))
    line = draw.line("card", -total, draw.later(bought, 1, 4), name=printed)
    draw.is_true(_ONE, [line], expense)
    draw.is_true(MatchKind.HOLD, [held, line])


def refund(draw: Drawing) -> None:
    """The merchant gives back a part or the whole of what was paid before."""
    merchant, printed = draw.choice([*words.SHOPS, *words.WEB_SHOPS])
    total = draw.amount(2_000, 40_000)
    number = draw.digits(7)
    bought = draw.day(0, 15)
    expense = draw.expense(merchant, total, bought, number=number)
    first = draw.line("card", -total, draw.later(bought, 0, 2), name=printed, bought=bought)
    draw.is_true(_ONE, [first], expense)
    back = total if draw.random.random() < 0.5 else round(total * 0.4)
    day = draw.later(bought, 5, 14)
    if draw.random.random() < 0.5:
        line = draw.line("card", back, day, name=printed, text="Gutschrift")
    else:
        text = f"Erstattung Bestellung {number}"
        line = draw.line("received", back, day, name=merchant, text=text)
    draw.is_true(MatchKind.REFUND, [line], expense)


def number_and_amount_of_another(draw: Drawing) -> None:
    """Money comes back from one, with the number and the amount of another's receipt."""
    merchant, printed = draw.choice(words.SHOPS)
    total = draw.amount(2_000, 20_000)
    number = draw.digits(4)
    bought = draw.day(0, 15)
    expense = draw.expense(merchant, total, bought, number=number)
    first = draw.line("card", -total, draw.later(bought, 0, 2), name=printed, bought=bought)
    draw.is_true(_ONE, [first], expense)
    other = draw.choice(words.SUPPLIERS)
    line = draw.line(
        "received", total, draw.later(bought, 4, 12), name=other, text=f"Erstattung {number}"
    )
    draw.must_be_asked(line, "another party gives it back")


def bought_through_a_processor(draw: Drawing) -> None:
    """The bank names the processor, and the shop only in the text."""
    merchant, _ = draw.choice(words.WEB_SHOPS)
    total = draw.amount()
    bought = draw.day(0, 24)
    expense = draw.expense(merchant, total, bought)
    line = draw.line(
        "debit",
        -total,
        draw.later(bought, 1, 4),
        name="PayPal Europe S.a.r.l. et Cie S.C.A",
        text=f"{draw.digits(13)}/PP.{draw.digits(4)}.PP/. {merchant}, Ihr Einkauf bei {merchant}",
    )
    draw.is_true(_ONE, [line], expense)


def split_shipment(draw: Drawing) -> None:
    """One invoice, charged for each parcel."""
    merchant, printed = draw.choice(words.WEB_SHOPS)
    first = draw.amount(1_000, 9_000)
    second = draw.amount(1_000, 9_000)
    number = draw.digits(7)
    bought = draw.day(0, 20)
    expense = draw.expense(merchant, first + second, bought, number=number)
    lines = [
        draw.line("card", -part, draw.later(bought, 1, 6), name=printed, text=number)
        for part in (first, second)
    ]
    draw.is_true(MatchKind.MANY_TO_ONE, lines, expense)


def nothing(draw: Drawing) -> None:
    """Taxes, wages, rent: no document explains them."""
    name, text, kind = draw.choice(words.NOTHING)
    draw.line(kind, -draw.amount(5_000, 300_000), draw.day(), name=name, text=text)


def to_savings(draw: Drawing) -> None:
    """Money that is moved to the company's other account, whose statement is missing."""
    amount = draw.amount(100_000, 900_000) // 1000 * 1000
    line = draw.line(
        "transfer",
        -amount,
        draw.day(),
        name="Muster Software GmbH",
        text="Umbuchung Tagesgeld",
        counterparty="mark:savings",
    )
    draw.is_true(MatchKind.TRANSFER, [line], SAVINGS)


STORIES = (
    (card_purchase, 30),
    (purchase_without_a_receipt, 4),
    (receipt_without_a_line, 3),
    (supplier_invoice, 16),
    (direct_debit, 6),
    (charged_before_the_invoice, 2),
    (travel_booked_before, 1),
    (paid_by_an_employee, 2),
    (said_to_be_an_employees, 1),
    (transfer_to_a_shop_of_an_employees_receipt, 1),
    (tip, 2),
    (net_total, 2),
    (discount, 2),
    (another_amount, 2),
    (a_cent_more, 1),
    (no_fee, 4),
    (bank_fee, 3),
    (short_name, 2),
    (short_name_of_its_own, 2),
    (foreign_card, 2),
    (hold, 1),
    (refund, 2),
    (number_and_amount_of_another, 1),
    (bought_through_a_processor, 2),
    (split_shipment, 1),
    (nothing, 4),
    (to_savings, 1),
)
"""Each story, and how often it happens in a month."""
