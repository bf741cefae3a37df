//! What holds from one day to another: suspensions of signatories, and communiqués until they are withdrawn.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0032_dated_facts",
    // From which day somebody was suspended, or something withdrawn, was not known. Both counted for no period: since they began.
    up: "
CREATE TABLE signatory_suspension (
    signatory_id {uuid} NOT NULL REFERENCES signatory (id),
    position {int} NOT NULL,
    starts_on {date} NOT NULL,
    ends_on {date},
    reason {text},
    PRIMARY KEY (signatory_id, position),
    CHECK (ends_on IS NULL OR ends_on > starts_on)
) {strict};
INSERT INTO signatory_suspension (signatory_id, position, starts_on)
    SELECT id, 1, effective_from FROM signatory
    WHERE status = 'suspended' AND (withdrawn_on IS NULL OR withdrawn_on > effective_from);
ALTER TABLE communique ADD COLUMN withdrawn_on {date};
UPDATE communique SET withdrawn_on = released_on WHERE status = 'withdrawn';
DROP INDEX effect_by_period;
CREATE INDEX effect_by_period ON effect (partnership_id, period_to, id);
",
    down: "
DROP INDEX effect_by_period;
CREATE INDEX effect_by_period ON effect (partnership_id, period_from, id);
ALTER TABLE communique DROP COLUMN withdrawn_on;
DROP TABLE signatory_suspension;
",
};
