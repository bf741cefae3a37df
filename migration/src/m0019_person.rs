//! People, as far as the work of a partnership needs to know them, and the accounts they sign in with.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0019_person",
    up: "
CREATE TABLE person (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    name {text} NOT NULL,
    function {text},
    institution_id {uuid} REFERENCES institution (id),
    email {text},
    phone {text},
    account_id {uuid} REFERENCES account (id),
    sort_key {bytes} NOT NULL,
    search_key {text} NOT NULL
) {strict};
CREATE UNIQUE INDEX person_account ON person (partnership_id, account_id) WHERE deleted_at IS NULL;
CREATE INDEX person_by_name ON person (partnership_id, sort_key, id);
CREATE INDEX person_by_creation ON person (partnership_id, created_at, id);
CREATE INDEX person_of_institution ON person (institution_id);
CREATE INDEX person_of_account ON person (account_id);
",
    down: "DROP TABLE person;",
};
