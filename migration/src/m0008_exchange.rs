//! Good practices and where they were presented.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0008_exchange",
    up: "
CREATE TABLE good_practice (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    slug {text} NOT NULL,
    title {text} NOT NULL,
    owner_id {uuid} NOT NULL REFERENCES institution (id),
    status {text} NOT NULL,
    position {int} NOT NULL CHECK (position > 0),
    problem {text},
    solution {text},
    evidence {text},
    transferability {text},
    lessons {text},
    sort_key {bytes} NOT NULL,
    search_key {text} NOT NULL
) {strict};
CREATE UNIQUE INDEX good_practice_slug ON good_practice (partnership_id, slug) WHERE deleted_at IS NULL;
CREATE INDEX good_practice_by_title ON good_practice (partnership_id, sort_key, id);
CREATE INDEX good_practice_by_position ON good_practice (partnership_id, position, id);
CREATE INDEX good_practice_owner ON good_practice (owner_id);

CREATE TABLE good_practice_presentation (
    good_practice_id {uuid} NOT NULL REFERENCES good_practice (id),
    meeting_id {uuid} NOT NULL REFERENCES meeting (id),
    PRIMARY KEY (good_practice_id, meeting_id)
) {strict};
CREATE INDEX good_practice_presentation_at ON good_practice_presentation (meeting_id, good_practice_id);
",
    down: "DROP TABLE good_practice_presentation; DROP TABLE good_practice;",
};
