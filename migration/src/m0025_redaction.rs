//! Which changes took personal data out of a record, so that the feed tells them as that.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0025_redaction",
    up: "
ALTER TABLE change ADD COLUMN redacted {bool};
CREATE INDEX bulk_import_row_of_record ON bulk_import_row (record_id);
",
    down: "
DROP INDEX bulk_import_row_of_record;
ALTER TABLE change DROP COLUMN redacted;
",
};
