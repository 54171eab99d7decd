"""How papers in other tongues are read:
`python -m bench.tongues [--show LANGUAGE] [--currency EUR]`.
"""

from collections.abc import Sequence

from bench.report import parser, table
from bench.tongues.reading import Outcome, score
from bench.tongues.tongue import tongues


def main() -> None:
    """Print a row for each language."""
    arguments_of = parser(__doc__)
    arguments_of.add_argument(
        "--show", default="", help="a language whose papers are printed where they are misread"
    )
    arguments_of.add_argument("--currency", help="of the account, an ISO 4217 code")
    arguments = arguments_of.parse_args()
    rows: list[list[str]] = []
    for tongue in tongues():
        result = score(tongue, arguments.currency)
        rows.append(
            [
                tongue.code,
                str(sum(each.is_total_right for each in result.outcomes)),
                str(sum(each.is_day_right for each in result.outcomes)),
                str(sum(each.is_currency_right for each in result.outcomes)),
                str(sum(each.reading.accepted for each in result.outcomes)),
                str(sum(each.is_total_right for each in result.pages)),
                str(sum(each.is_day_right for each in result.pages)),
                str(sum(each.is_due_right for each in result.pages)),
                str(sum(each.reading.accepted for each in result.others)),
                str(len(result.wrong)),
            ]
        )
        if arguments.show == tongue.code:
            _show((*result.outcomes, *result.pages, *result.others))
    heads = [
        "tongue",
        "totals of 20",
        "days",
        "currencies",
        "accepted",
        "invoices' totals of 2",
        "days",
        "days due",
        "no receipts accepted",
        "wrong",
    ]
    print(table(heads, rows))


def _show(outcomes: Sequence[Outcome]) -> None:
    for each in outcomes:
        is_right = each.is_total_right and each.is_day_right and each.is_currency_right
        is_fine = is_right if each.paper.total is not None else not each.reading.accepted
        if is_fine:
            continue
        got = each.reading.extraction
        print(f"{each.paper.name}: {each.paper.total} {each.paper.day}")
        print(
            f"read: {got.total.value} {got.currency.value} {got.date.value} {each.reading.reasons}"
        )
        print(each.paper.text, end="\n\n")


if __name__ == "__main__":
    main()
