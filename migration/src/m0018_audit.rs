//! The audit trail: who did what from where, chained by hashes, and never rewritten.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0018_audit",
    // An entry stands for one transaction that wrote, whose changes name it, or for one event of security.
    up: "
CREATE TABLE audit_entry (
    seq {bigint} PRIMARY KEY,
    at {timestamp} NOT NULL,
    event {text} NOT NULL,
    actor_id {uuid},
    on_behalf_of {uuid},
    partnership_id {uuid},
    subject_id {uuid},
    address {text},
    request_id {uuid},
    detail {json} NOT NULL,
    changes {int} NOT NULL,
    hash {bytes} NOT NULL
) {strict};
CREATE INDEX audit_entry_at ON audit_entry (at);
CREATE INDEX audit_entry_of_actor ON audit_entry (actor_id, seq);
CREATE INDEX audit_entry_of_subject ON audit_entry (subject_id, seq);
CREATE INDEX audit_entry_of_event ON audit_entry (event, seq);
CREATE INDEX audit_entry_of_request ON audit_entry (request_id);

ALTER TABLE change ADD COLUMN entry {bigint} REFERENCES audit_entry (seq);
CREATE INDEX change_of_entry ON change (entry, seq);
CREATE INDEX change_of_any_record ON change (record_id, seq);

{append_only:audit_entry}
{append_only:change}
",
    down: "
{rewritable:change}
{rewritable:audit_entry}
DROP INDEX change_of_any_record;
DROP INDEX change_of_entry;
ALTER TABLE change DROP COLUMN entry;
DROP TABLE audit_entry;
",
};
