//! Partnerships, their signatories and the funding programmes they follow.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0003_partnership",
    up: "
CREATE TABLE partnership (
    {record},
    slug {text} NOT NULL,
    name {text} NOT NULL,
    founded_on {date} NOT NULL,
    founded_on_precision {text} NOT NULL,
    area_terc {text},
    goal {text},
    scope {json} NOT NULL,
    coordination {text},
    time_zone {text} NOT NULL,
    licence {text},
    secretariat_institution_id {uuid} REFERENCES institution (id),
    secretariat_unit {text},
    secretariat_phone {text},
    secretariat_email {text},
    sort_key {bytes} NOT NULL,
    search_key {text} NOT NULL
) {strict};
CREATE UNIQUE INDEX partnership_slug ON partnership (slug) WHERE deleted_at IS NULL;
CREATE INDEX partnership_by_name ON partnership (sort_key, id);
CREATE INDEX partnership_by_founding ON partnership (founded_on, id);
CREATE INDEX partnership_secretariat ON partnership (secretariat_institution_id);

CREATE TABLE signatory (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    institution_id {uuid} NOT NULL REFERENCES institution (id),
    status {text} NOT NULL,
    signed_on {date} NOT NULL,
    signing_form {text} NOT NULL,
    effective_from {date} NOT NULL,
    withdrawal_notified_on {date},
    withdrawn_on {date},
    withdrawal_reason {text},
    CHECK (effective_from >= signed_on),
    CHECK (withdrawn_on IS NULL OR withdrawn_on >= effective_from)
) {strict};
CREATE UNIQUE INDEX signatory_key ON signatory (partnership_id, institution_id, signed_on) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX signatory_once ON signatory (partnership_id, institution_id) WHERE deleted_at IS NULL AND withdrawn_on IS NULL;
CREATE INDEX signatory_by_date ON signatory (partnership_id, effective_from, id);
CREATE INDEX signatory_of_institution ON signatory (institution_id, partnership_id);

CREATE TABLE funding_programme (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    code {text} NOT NULL,
    name {text} NOT NULL,
    starts_on {date} NOT NULL,
    ends_on {date},
    eligible_sectors {json} NOT NULL,
    calls {json} NOT NULL,
    sort_key {bytes} NOT NULL,
    search_key {text} NOT NULL,
    CHECK (ends_on IS NULL OR ends_on >= starts_on)
) {strict};
CREATE UNIQUE INDEX funding_programme_code ON funding_programme (partnership_id, code) WHERE deleted_at IS NULL;
CREATE INDEX funding_programme_by_start ON funding_programme (partnership_id, starts_on, id);
CREATE INDEX funding_programme_by_name ON funding_programme (partnership_id, sort_key, id);
",
    down: "DROP TABLE funding_programme; DROP TABLE signatory; DROP TABLE partnership;",
};
