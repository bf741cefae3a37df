//! What each partnership does with the people it shares with others: it suspends the roles that it gave, and invites whom others know.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0030_membership",
    up: "
ALTER TABLE role_grant ADD COLUMN suspended {bool} NOT NULL DEFAULT FALSE;
DROP INDEX account_email;
CREATE UNIQUE INDEX account_email ON account (email) WHERE deleted_at IS NULL AND status <> 'invited';
CREATE INDEX account_by_email ON account (email);
",
    // Whoever has an account, or an older invitation, is not invited any more.
    down: "
UPDATE account SET deleted_at = modified_at
WHERE status = 'invited' AND deleted_at IS NULL AND EXISTS (
    SELECT 1 FROM account AS other
    WHERE other.email = account.email AND other.deleted_at IS NULL AND other.id <> account.id
        AND (other.status <> 'invited' OR other.id < account.id)
);
DROP INDEX account_by_email;
DROP INDEX account_email;
CREATE UNIQUE INDEX account_email ON account (email) WHERE deleted_at IS NULL;
ALTER TABLE role_grant DROP COLUMN suspended;
",
};
