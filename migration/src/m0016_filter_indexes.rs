//! Indexes for filters that had none: by state, kind and channel within a partnership.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0016_filter_indexes",
    up: "
DROP INDEX institution_by_change;
CREATE INDEX partnership_by_area ON partnership (area_terc, id);
CREATE INDEX recommendation_by_status ON recommendation (partnership_id, status, id);
CREATE INDEX good_practice_by_status ON good_practice (partnership_id, status, id);
CREATE INDEX communique_by_status ON communique (partnership_id, status, id);
CREATE INDEX posting_by_status ON posting (partnership_id, status, id);
CREATE INDEX mandate_by_role ON mandate (partnership_id, role, id);
CREATE INDEX implementation_by_completion ON implementation (partnership_id, completed_on, id);
CREATE INDEX commitment_by_channel ON commitment (partnership_id, channel, id);
",
    down: "
DROP INDEX commitment_by_channel; DROP INDEX implementation_by_completion; DROP INDEX mandate_by_role;
DROP INDEX posting_by_status; DROP INDEX communique_by_status; DROP INDEX good_practice_by_status;
DROP INDEX recommendation_by_status; DROP INDEX partnership_by_area;
CREATE INDEX institution_by_change ON institution (modified_at, id);
",
};
