"""Clients that are generated from the OpenAPI document, type-checked, and used for a day:
`make clients`.
"""
