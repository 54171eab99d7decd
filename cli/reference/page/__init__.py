"""The page of the OpenAPI document: the guide, then every route."""
