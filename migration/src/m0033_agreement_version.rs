//! Versions of agreements, of which what a partnership said of its agreement is the first one; and former secretariats.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0033_agreement_version",
    up: "
CREATE TABLE agreement_version (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    number {int} NOT NULL CHECK (number > 0),
    title {text} NOT NULL,
    text {text},
    goal {text},
    scope {json} NOT NULL,
    coordination {text},
    signed_on {date},
    in_force_from {date},
    in_force_to {date},
    status {text} NOT NULL,
    CHECK (in_force_from IS NOT NULL OR status IN ('draft', 'open_for_signature')),
    CHECK (in_force_to IS NULL OR in_force_to >= in_force_from)
) {strict};
CREATE UNIQUE INDEX agreement_version_number ON agreement_version (partnership_id, number);
CREATE UNIQUE INDEX agreement_version_in_force ON agreement_version (partnership_id) WHERE status = 'in_force' AND deleted_at IS NULL;
CREATE INDEX agreement_version_by_creation ON agreement_version (partnership_id, created_at, id);
INSERT INTO agreement_version (id, version, created_at, modified_at, external_ids, partnership_id, number, title, goal, scope, coordination,
        in_force_from, status)
    SELECT {new_uuid}, 1, created_at, modified_at, '[]', id, 1, 'Umowa partnerska', goal, scope, coordination, founded_on, 'in_force'
    FROM partnership WHERE deleted_at IS NULL;
ALTER TABLE partnership ADD COLUMN former_secretariats {json} NOT NULL DEFAULT '[]';
",
    down: "ALTER TABLE partnership DROP COLUMN former_secretariats; DROP TABLE agreement_version;",
};
