//! What is written to find out whether the database takes writes again after it refused some.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0026_write_probe",
    up: "
CREATE TABLE write_probe (
    only_row {bool} PRIMARY KEY CHECK (only_row),
    filling {bytes} NOT NULL
);
INSERT INTO write_probe (only_row, filling) VALUES (TRUE, {bytes_of:''});
",
    down: "
DROP TABLE write_probe;
",
};
