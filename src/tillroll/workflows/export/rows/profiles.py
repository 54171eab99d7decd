"""The rows of profiles."""

from tillroll.durable import Statement, statement
from tillroll.platform.bindings.database import Row, integer, text
from tillroll.platform.json import dump
from tillroll.workflows.export.profile_shapes import ProfileOptions, ProfileShape

SELECT_PROFILES = """
  SELECT export_profiles.*,
    (SELECT COUNT(*) FROM exports
     WHERE exports.account_id = export_profiles.account_id AND exports.series = 'profile:' || export_profiles.id
    ) AS in_use
  FROM export_profiles WHERE account_id = ? AND removed_at IS NULL
"""


def insert_profile(
    profile_id: str, account_id: str, name: str, format_name: str, options: ProfileOptions, now: str
) -> Statement:
    """Refused where the account has another of that name."""
    return statement(
        """
        INSERT INTO export_profiles (id, account_id, name, format, options, created_at, updated_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
        """,
        profile_id,
        account_id,
        name,
        format_name,
        dump(options.model_dump(mode="json", by_alias=True, exclude_unset=True)),
        now,
    )


def update_profile(profile_id: str, name: str, options: ProfileOptions, now: str) -> Statement:
    return statement(
        "UPDATE export_profiles SET name = ?2, options = ?3, updated_at = ?4 WHERE id = ?1 AND removed_at IS NULL",
        profile_id,
        name,
        dump(options.model_dump(mode="json", by_alias=True, exclude_unset=True)),
        now,
    )


def remove_profile(profile_id: str, now: str) -> Statement:
    return statement("UPDATE export_profiles SET removed_at = ?2 WHERE id = ?1 AND removed_at IS NULL", profile_id, now)


def profile_shape(row: Row) -> ProfileShape:
    """A row of SELECT_PROFILES."""
    return ProfileShape(
        id=text(row, "id"),
        name=text(row, "name"),
        format=text(row, "format"),
        options=ProfileOptions.model_validate_json(text(row, "options")),
        in_use=integer(row, "in_use"),
        created_at=text(row, "created_at"),
        updated_at=text(row, "updated_at"),
    )
