"""The API's description, by which `tillroll api` asks any route."""
