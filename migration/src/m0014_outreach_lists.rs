//! Lists of good practices by creation; and the index that keeps postings apart, by the name of the field it is about.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0014_outreach_lists",
    up: "
CREATE INDEX good_practice_by_creation ON good_practice (partnership_id, created_at, id);
DROP INDEX posting_key;
CREATE UNIQUE INDEX posting_institution ON posting (communique_id, institution_id) WHERE deleted_at IS NULL;
",
    down: "
DROP INDEX posting_institution;
CREATE UNIQUE INDEX posting_key ON posting (communique_id, institution_id) WHERE deleted_at IS NULL;
DROP INDEX good_practice_by_creation;
",
};
