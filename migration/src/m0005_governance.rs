//! Bodies of a partnership. Their terms and mandates follow once meetings exist (an election is one).

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0005_governance",
    up: "
CREATE TABLE body (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    slug {text} NOT NULL,
    name {text} NOT NULL,
    kind {text} NOT NULL,
    parent_id {uuid} REFERENCES body (id),
    purpose {text},
    rules {json} NOT NULL,
    owner_id {uuid} REFERENCES institution (id),
    legal_basis {text},
    sort_key {bytes} NOT NULL,
    search_key {text} NOT NULL,
    CHECK (parent_id IS NULL OR parent_id <> id)
) {strict};
CREATE UNIQUE INDEX body_slug ON body (partnership_id, slug) WHERE deleted_at IS NULL;
CREATE INDEX body_by_name ON body (partnership_id, sort_key, id);
CREATE INDEX body_by_kind ON body (partnership_id, kind);
CREATE INDEX body_parent ON body (parent_id);
CREATE INDEX body_owner ON body (owner_id);
",
    down: "DROP TABLE body;",
};
