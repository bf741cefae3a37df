//! Who acts on behalf of which institution.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0038_representation",
    up: "
CREATE TABLE representation (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    person_id {uuid} NOT NULL REFERENCES person (id),
    institution_id {uuid} NOT NULL REFERENCES institution (id),
    capacity {text} NOT NULL,
    body_id {uuid} REFERENCES body (id),
    meeting_id {uuid} REFERENCES meeting (id),
    starts_on {date} NOT NULL,
    ends_on {date},
    document {text},
    CHECK (ends_on IS NULL OR ends_on > starts_on),
    CHECK (body_id IS NULL OR meeting_id IS NULL)
) {strict};
CREATE INDEX representation_by_start ON representation (partnership_id, starts_on, id);
CREATE INDEX representation_by_creation ON representation (partnership_id, created_at, id);
CREATE INDEX representation_by_capacity ON representation (partnership_id, capacity, starts_on, id);
CREATE INDEX representation_of_person ON representation (person_id, institution_id);
CREATE INDEX representation_of_institution ON representation (institution_id);
CREATE INDEX representation_of_body ON representation (body_id);
CREATE INDEX representation_of_meeting ON representation (meeting_id);
",
    down: "DROP TABLE representation;",
};
