//! Bulk imports: a table of records to be, what becomes of each row, and what a row finds a person by.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0024_bulk_import",
    up: "
CREATE TABLE bulk_import (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    account_id {uuid} NOT NULL REFERENCES account (id),
    kind {text} NOT NULL,
    file_name {text},
    sha256 {text} NOT NULL,
    status {text} NOT NULL CHECK (status IN ('validated', 'refused', 'applied', 'reverted')),
    counts {json} NOT NULL,
    applied_at {timestamp},
    reverted_at {timestamp},
    expires_at {timestamp} NOT NULL
) {strict};
CREATE INDEX bulk_import_by_creation ON bulk_import (partnership_id, created_at, id);
CREATE INDEX bulk_import_of_account ON bulk_import (account_id);
CREATE INDEX bulk_import_expiring ON bulk_import (expires_at);

CREATE TABLE bulk_import_row (
    bulk_import_id {uuid} NOT NULL REFERENCES bulk_import (id),
    number {int} NOT NULL CHECK (number > 0),
    name {text} NOT NULL,
    outcome {text} NOT NULL CHECK (outcome IN ('created', 'updated', 'unchanged', 'refused')),
    record_id {uuid},
    record_version {int},
    before {json},
    after {json},
    problem {text},
    faults {json} NOT NULL,
    PRIMARY KEY (bulk_import_id, number)
) {strict};

CREATE INDEX person_by_email ON person (partnership_id, email);
",
    down: "
DROP INDEX person_by_email;
DROP TABLE bulk_import_row;
DROP TABLE bulk_import;
",
};
