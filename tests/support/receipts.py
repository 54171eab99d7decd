"""The lines of made-up receipts."""


def clear_receipt(merchant: str, total: str) -> list[str]:
    """A receipt that confirms its own total: it is printed twice."""
    return [
        merchant,
        "12 Jalan Bunga, 50000 Kuala Lumpur",
        "",
        "Date: 14/02/2026  09:31",
        "",
        f"Assorted goods      {total}",
        "",
        f"TOTAL  RM           {total}",
        f"CASH                {total}",
        "CHANGE              0.00",
        "",
        "Thank you, come again",
    ]


def receipt_without_total(merchant: str) -> list[str]:
    """A receipt on which no amount stands."""
    return [
        merchant,
        "12 Jalan Bunga, 50000 Kuala Lumpur",
        "",
        "Date: 14/02/2026  09:31",
        "",
        "Thank you, come again",
    ]
