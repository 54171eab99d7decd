"""A month of a company, invented from what banks, card processors and users have published.

It was written before any rule of matching was opened (`src/tillroll/bank/`): only the shapes of
lines, documents and matches, and the table of evidence in docs/bank-matching.md, were known. After
the first measurement ordinary purchases and claims were drawn more often, so that a month has them
in usual proportion, longer short names were added, and a return counts as money of its document
that came back. No story was left out or made easier.
`tests/support/bank_months.py` is the older generator, by the author of the rules.

What it was invented after:

- Codes of bank transactions, such as `PMNT-CCRD-POSD` or `ACMT-MDOP-CHRG`, and the German business
  codes (GVC), such as 106 or 808: the mapping in annex 3 of the German banks' DFÜ agreement.
- How banks write card payments, direct debits and fees: exports of Sparkasse, DKB, Commerzbank and
  comdirect that public importers read; Geschäftsvorfallcodes of Deutsche Bundesbank and Sparkassen.
- Returns: the reason codes of SEPA R-transactions (AC01, AC04, MD06, MS03 and others), with the
  fee that the bank adds to the amount.
- Payouts of card processors: SumUp pays daily, less its fees, as `PID123-SUMUP`; Stripe writes its
  own name, and an end-to-end id that no claim has.
- Holds of hotels and filling stations: the manuals of card issuers.
- Public reports: a reference beats the party (frappe/erpnext 46725), returns that cannot be
  reconciled (OCA/account-payment 283), a payout of a processor that is read as one contribution
  (socialincome-san/public 2931), an invoice that is paid twice (frappe/erpnext 36393) or with too
  much (OCA/bank-payment 52), first words of payees (howeyc/ledger 35), duplicates by amount with
  other merchants (Expensify/App 47106), single vouchers and their sum (erp-mafia/accounted 2293).
"""
