//! What the activity report looks up for each posting: whether its institution was a signatory on the day.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0015_report_indexes",
    up: "
DROP INDEX signatory_of_institution;
CREATE INDEX signatory_of_institution ON signatory (institution_id, partnership_id, effective_from);
",
    down: "
DROP INDEX signatory_of_institution;
CREATE INDEX signatory_of_institution ON signatory (institution_id, partnership_id);
",
};
