//! Indexes for the orders in which lists of what was promised and achieved are read.
//!
//! The unique index of fulfilments takes the name of the field that a repetition is about.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0013_followup_order",
    up: "
CREATE INDEX implementation_by_position ON implementation (partnership_id, position, id);
CREATE INDEX commitment_by_creation ON commitment (partnership_id, created_at, id);
CREATE INDEX fulfilment_by_creation ON fulfilment (partnership_id, created_at, id);
CREATE INDEX effect_by_creation ON effect (partnership_id, created_at, id);
DROP INDEX fulfilment_key;
CREATE UNIQUE INDEX fulfilment_once_at_meeting ON fulfilment (commitment_id, meeting_id) WHERE deleted_at IS NULL;
",
    down: "
DROP INDEX fulfilment_once_at_meeting;
CREATE UNIQUE INDEX fulfilment_key ON fulfilment (commitment_id, meeting_id) WHERE deleted_at IS NULL;
DROP INDEX effect_by_creation; DROP INDEX fulfilment_by_creation; DROP INDEX commitment_by_creation;
DROP INDEX implementation_by_position;
",
};
