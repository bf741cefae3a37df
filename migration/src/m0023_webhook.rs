//! Webhooks: receivers with their place in the order of changes, secrets, and the messages that are sent.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0023_webhook",
    // What stands below `status` is the worker's, and no part of the record.
    up: "
CREATE TABLE webhook (
    {record},
    account_id {uuid} NOT NULL REFERENCES account (id),
    name {text} NOT NULL,
    url {text} NOT NULL,
    event_types {json} NOT NULL,
    partnership_id {uuid} REFERENCES partnership (id),
    contact_email {text},
    status {text} NOT NULL CHECK (status IN ('active', 'paused', 'ended')),
    cursor {bigint} NOT NULL DEFAULT 0,
    rests_until {timestamp},
    leased_until {timestamp},
    failures {int} NOT NULL DEFAULT 0,
    failing_since {timestamp}
) {strict};
CREATE INDEX webhook_of_account ON webhook (account_id, created_at, id);
CREATE INDEX webhook_by_creation ON webhook (created_at, id);

CREATE TABLE webhook_secret (
    id {uuid} PRIMARY KEY,
    webhook_id {uuid} NOT NULL REFERENCES webhook (id),
    created_at {timestamp} NOT NULL,
    expires_at {timestamp},
    sealed {bytes} NOT NULL
) {strict};
CREATE INDEX webhook_secret_of_webhook ON webhook_secret (webhook_id, created_at);

CREATE TABLE webhook_message (
    id {uuid} PRIMARY KEY,
    webhook_id {uuid} NOT NULL REFERENCES webhook (id),
    seq {bigint},
    event_type {text} NOT NULL,
    payload {text} NOT NULL,
    status {text} NOT NULL CHECK (status IN ('pending', 'delivered', 'failed')),
    created_at {timestamp} NOT NULL,
    changed_at {timestamp} NOT NULL,
    due_at {timestamp},
    tries {int} NOT NULL DEFAULT 0,
    attempts {json} NOT NULL
) {strict};
CREATE UNIQUE INDEX webhook_message_of_change ON webhook_message (webhook_id, seq);
CREATE INDEX webhook_message_of_webhook ON webhook_message (webhook_id, id);
CREATE INDEX webhook_message_due ON webhook_message (webhook_id, due_at, seq) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_message_by_change ON webhook_message (changed_at);

ALTER TABLE mail ADD COLUMN webhook_id {uuid};
",
    down: "
ALTER TABLE mail DROP COLUMN webhook_id;
DROP TABLE webhook_message;
DROP TABLE webhook_secret;
DROP TABLE webhook;
",
};
