"""Notices: what people are told of their account, in the app and by mail, as each of them chose."""
