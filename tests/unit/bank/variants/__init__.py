"""Kinds of bank lines and files that were once read or matched wrong, with other words, banks,
languages and amounts.

Written from banks' published layouts, ISO 20022's reason codes and the words that banks print,
before the rules were opened.
"""
