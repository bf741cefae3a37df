//! Calendar links: what calendar programs read without signing in.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0021_calendar_link",
    up: "
CREATE TABLE calendar_link (
    {record},
    account_id {uuid} NOT NULL REFERENCES account (id),
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    institution_id {uuid} REFERENCES institution (id),
    name {text} NOT NULL,
    second_factor {bool} NOT NULL,
    hash {bytes} NOT NULL UNIQUE
) {strict};
CREATE INDEX calendar_link_of_account ON calendar_link (account_id, partnership_id);
CREATE INDEX calendar_link_by_creation ON calendar_link (partnership_id, created_at, id);
",
    down: "
DROP TABLE calendar_link;
",
};
