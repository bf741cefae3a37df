//! Institutions, shared by all partnerships.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0002_institution",
    // `institution_sector` spreads `institution.sector_history` out, so that a count can ask for
    // the sector of any day; it is rewritten whenever the institution is saved.
    up: "
CREATE TABLE institution (
    {record},
    slug {text} NOT NULL,
    name {text} NOT NULL,
    short_name {text},
    name_genitive {text},
    other_names {json} NOT NULL,
    kind {text} NOT NULL,
    sector_history {json} NOT NULL,
    public_body {bool} NOT NULL,
    nip {text},
    regon {text},
    krs {text},
    seat_terc {text},
    serves_terc {json} NOT NULL,
    street_address {text},
    postal_code {text},
    town {text},
    website {text},
    email {text},
    phone {text},
    edelivery_address {text},
    operator_id {uuid} REFERENCES institution (id),
    status {text} NOT NULL,
    successor_id {uuid} REFERENCES institution (id),
    sort_key {bytes} NOT NULL,
    search_key {text} NOT NULL,
    CHECK (operator_id IS NULL OR operator_id <> id),
    CHECK (successor_id IS NULL OR successor_id <> id),
    CHECK (successor_id IS NULL OR status <> 'active')
) {strict};
CREATE UNIQUE INDEX institution_slug ON institution (slug) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX institution_regon ON institution (regon) WHERE deleted_at IS NULL AND status = 'active';
CREATE INDEX institution_nip ON institution (nip);
CREATE INDEX institution_krs ON institution (krs);
CREATE INDEX institution_by_name ON institution (sort_key, id);
CREATE INDEX institution_by_kind ON institution (kind, sort_key, id);
CREATE INDEX institution_by_creation ON institution (created_at, id);
CREATE INDEX institution_by_change ON institution (modified_at, id);
CREATE INDEX institution_operator ON institution (operator_id);
CREATE INDEX institution_successor ON institution (successor_id);
CREATE INDEX institution_seat ON institution (seat_terc);

CREATE TABLE institution_sector (
    institution_id {uuid} NOT NULL REFERENCES institution (id),
    sector {text} NOT NULL,
    valid_from {date} NOT NULL,
    valid_until {date},
    PRIMARY KEY (institution_id, valid_from),
    CHECK (valid_until IS NULL OR valid_until > valid_from)
) {strict};
CREATE INDEX institution_sector_by_sector ON institution_sector (sector, institution_id, valid_from, valid_until);
",
    down: "DROP TABLE institution_sector; DROP TABLE institution;",
};
