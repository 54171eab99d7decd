"""What a programmer reads of the API: the OpenAPI document made whole with examples, and the page
that shows it.
"""
