//! Who proposed a recommendation, so that it remains theirs as long as it is a draft.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0029_proposal",
    up: "
ALTER TABLE recommendation ADD COLUMN proposed_by {uuid};
UPDATE recommendation SET proposed_by = (
    SELECT change.actor_id FROM change
    WHERE change.kind = 'recommendation' AND change.op = 'created' AND change.record_id = recommendation.id
);
",
    down: "
ALTER TABLE recommendation DROP COLUMN proposed_by;
",
};
