"""Providers of bank accounts, in place of Enable Banking and of GoCardless Bank Account Data."""
