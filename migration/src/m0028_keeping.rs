//! Whose secretariat keeps an institution: since when each signature has stood, and by whom the institution was recorded.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0028_keeping",
    up: "
ALTER TABLE signatory ADD COLUMN standing_since {timestamp} NOT NULL DEFAULT '1970-01-01T00:00:00Z';
UPDATE signatory SET standing_since = created_at;

CREATE TABLE institution_recorder (
    institution_id {uuid} NOT NULL REFERENCES institution (id),
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    PRIMARY KEY (institution_id, partnership_id)
) {strict};
INSERT INTO institution_recorder (institution_id, partnership_id)
    SELECT DISTINCT change.record_id, role_grant.partnership_id
    FROM change
    JOIN institution ON institution.id = change.record_id
    JOIN role_grant ON role_grant.account_id = change.actor_id
    WHERE change.kind = 'institution' AND change.op = 'created' AND role_grant.role = 'secretariat'
        AND role_grant.created_at <= change.at AND (role_grant.deleted_at IS NULL OR role_grant.deleted_at > change.at);
",
    down: "
DROP TABLE institution_recorder;
ALTER TABLE signatory DROP COLUMN standing_since;
",
};
