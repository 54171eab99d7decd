"""All mail of tests/support/mails through the email handler of a stack that runs:
`python -m tests.mails --help`.
"""
