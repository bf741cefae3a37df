//! What a row of a table may be about, where that is not clear; and people found by their address in whatever case it was written.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0027_tables",
    up: "
ALTER TABLE bulk_import_row ADD COLUMN candidates {json} NOT NULL DEFAULT '[]';
DROP INDEX person_by_email;
CREATE INDEX person_by_email ON person (partnership_id, lower(email));
",
    down: "
DROP INDEX person_by_email;
CREATE INDEX person_by_email ON person (partnership_id, email);
ALTER TABLE bulk_import_row DROP COLUMN candidates;
",
};
