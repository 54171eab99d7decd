"""Setting up a person, and with the first of them their account (docs/onboarding.md)."""
