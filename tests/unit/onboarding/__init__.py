"""Onboarding, and the provider that invoices."""
