"""The plans that an account can have. What one costs is the provider's: a setting names its price."""

from typing import Final, Literal, TypeAlias

Plan: TypeAlias = Literal["free", "team", "business"]
PaidPlan: TypeAlias = Literal["team", "business"]

FREE: Final = "free"
"""Nothing is invoiced."""
