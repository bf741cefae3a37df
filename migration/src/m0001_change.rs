//! Changes (audit trail, incremental reading, cache validation in one) and remembered answers.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0001_change",
    // `change` carries no personal value: what a record held before and after stands in
    // `change_value`, of which the change keeps only a digest, so that a person can be erased.
    up: "
CREATE TABLE change (
    seq {bigint} PRIMARY KEY,
    at {timestamp} NOT NULL,
    kind {text} NOT NULL,
    record_id {uuid} NOT NULL,
    op {text} NOT NULL CHECK (op IN ('created', 'updated', 'deleted')),
    version {int} NOT NULL,
    actor_id {uuid},
    partnership_id {uuid},
    fields {json} NOT NULL,
    digest {bytes} NOT NULL
) {strict};
CREATE INDEX change_of_record ON change (kind, record_id, seq);
CREATE INDEX change_of_partnership ON change (partnership_id, seq);
CREATE INDEX change_at ON change (at);

CREATE TABLE change_value (
    seq {bigint} PRIMARY KEY REFERENCES change (seq),
    before {json},
    after {json}
) {strict};

CREATE TABLE idempotency (
    caller_id {uuid} NOT NULL,
    key {text} NOT NULL,
    fingerprint {bytes} NOT NULL,
    created_at {timestamp} NOT NULL,
    status {int},
    headers {json},
    body {bytes},
    PRIMARY KEY (caller_id, key)
) {strict};
CREATE INDEX idempotency_created_at ON idempotency (created_at);
",
    down: "DROP TABLE idempotency; DROP TABLE change_value; DROP TABLE change;",
};
