"""Notices: what people are notified of their account, in the app and by mail, as each of them
chose.
"""
