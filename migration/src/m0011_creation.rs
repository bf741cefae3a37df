//! Indexes for lists in the order of creation, which every list offers.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0011_creation",
    up: "
CREATE INDEX signatory_by_creation ON signatory (partnership_id, created_at, id);
CREATE INDEX funding_programme_by_creation ON funding_programme (partnership_id, created_at, id);
CREATE INDEX body_by_creation ON body (partnership_id, created_at, id);
CREATE INDEX term_by_creation ON term (body_id, created_at, id);
CREATE INDEX mandate_by_creation ON mandate (partnership_id, created_at, id);
",
    down: "DROP INDEX signatory_by_creation; DROP INDEX funding_programme_by_creation; DROP INDEX body_by_creation; \
           DROP INDEX term_by_creation; DROP INDEX mandate_by_creation;",
};
