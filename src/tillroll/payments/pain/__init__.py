"""Payments as files of ISO 20022: pain.001 asks a bank for transfers, pain.002 says what became of them. Pure."""
