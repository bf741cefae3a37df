//! Communiqués and where each was posted.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0009_outreach",
    up: "
CREATE TABLE communique (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    slug {text} NOT NULL,
    number {text},
    title {text} NOT NULL,
    body {text},
    status {text} NOT NULL,
    released_on {date},
    sort_key {bytes} NOT NULL,
    search_key {text} NOT NULL,
    CHECK (released_on IS NOT NULL OR status IN ('draft', 'in_review', 'withdrawn'))
) {strict};
CREATE UNIQUE INDEX communique_slug ON communique (partnership_id, slug) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX communique_number ON communique (partnership_id, number) WHERE deleted_at IS NULL;
CREATE INDEX communique_by_title ON communique (partnership_id, sort_key, id);
CREATE INDEX communique_by_creation ON communique (partnership_id, created_at, id);
CREATE INDEX communique_by_release ON communique (partnership_id, released_on, id);

CREATE TABLE posting (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    communique_id {uuid} NOT NULL REFERENCES communique (id),
    institution_id {uuid} NOT NULL REFERENCES institution (id),
    status {text} NOT NULL,
    posted_on {date},
    url {text}
) {strict};
CREATE UNIQUE INDEX posting_key ON posting (communique_id, institution_id) WHERE deleted_at IS NULL;
CREATE INDEX posting_by_creation ON posting (partnership_id, created_at, id);
CREATE INDEX posting_by_date ON posting (partnership_id, posted_on, communique_id, institution_id);
CREATE INDEX posting_of_communique ON posting (communique_id, status, institution_id);
CREATE INDEX posting_of_institution ON posting (institution_id);
",
    down: "DROP TABLE posting; DROP TABLE communique;",
};
