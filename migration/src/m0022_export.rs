//! Exports: what is to be made into a file, the files in chunks, and the schedules by which they are made again.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0022_export",
    // What stands below `expires_at` is the worker's, and no part of the record.
    up: "
CREATE TABLE export_schedule (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    account_id {uuid} NOT NULL REFERENCES account (id),
    name {text} NOT NULL,
    rule {text} NOT NULL,
    starts_on {date} NOT NULL,
    format {text} NOT NULL,
    kinds {json} NOT NULL,
    view {text} NOT NULL,
    due_at {timestamp}
) {strict};
CREATE INDEX export_schedule_by_creation ON export_schedule (partnership_id, created_at, id);
CREATE INDEX export_schedule_of_account ON export_schedule (account_id);
CREATE INDEX export_schedule_due ON export_schedule (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE export (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    account_id {uuid} NOT NULL REFERENCES account (id),
    schedule_id {uuid} REFERENCES export_schedule (id),
    format {text} NOT NULL,
    kinds {json} NOT NULL,
    view {text} NOT NULL,
    status {text} NOT NULL CHECK (status IN ('queued', 'running', 'done', 'failed', 'refused')),
    reason {text},
    seq {bigint},
    records {bigint},
    bytes {bigint},
    sha256 {text},
    finished_at {timestamp},
    expires_at {timestamp},
    leased_until {timestamp},
    tries {int} NOT NULL DEFAULT 0,
    progress {bigint} NOT NULL DEFAULT 0
) {strict};
CREATE INDEX export_by_creation ON export (partnership_id, created_at, id);
CREATE INDEX export_of_account ON export (account_id, status);
CREATE INDEX export_of_schedule ON export (schedule_id, status);
CREATE INDEX export_unfinished ON export (created_at) WHERE status IN ('queued', 'running');
CREATE INDEX export_expiring ON export (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE export_chunk (
    export_id {uuid} NOT NULL REFERENCES export (id),
    number {int} NOT NULL CHECK (number >= 0),
    content {bytes} NOT NULL,
    PRIMARY KEY (export_id, number)
) {strict};
",
    down: "
DROP TABLE export_chunk;
DROP TABLE export;
DROP TABLE export_schedule;
",
};
