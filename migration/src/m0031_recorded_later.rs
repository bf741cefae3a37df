//! What was recorded later than the rules of its steps allow; and numbers of recommendations by their kinds.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0031_recorded_later",
    up: "
ALTER TABLE recommendation ADD COLUMN recorded_later {bool} NOT NULL DEFAULT FALSE;
DROP INDEX recommendation_number;
CREATE UNIQUE INDEX recommendation_number ON recommendation (partnership_id, kind, number) WHERE deleted_at IS NULL;
",
    down: "
DROP INDEX recommendation_number;
CREATE UNIQUE INDEX recommendation_number ON recommendation (partnership_id, number) WHERE deleted_at IS NULL;
ALTER TABLE recommendation DROP COLUMN recorded_later;
",
};
