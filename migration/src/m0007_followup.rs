//! What is recommended, promised and achieved.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0007_followup",
    up: "
CREATE TABLE recommendation (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    slug {text} NOT NULL,
    kind {text} NOT NULL,
    number {text},
    title {text} NOT NULL,
    text {text},
    rationale {text},
    status {text} NOT NULL,
    adopted_on {date},
    adopted_at_id {uuid} REFERENCES meeting (id),
    votes_for {int} CHECK (votes_for >= 0),
    votes_against {int} CHECK (votes_against >= 0),
    votes_abstain {int} CHECK (votes_abstain >= 0),
    votes_present {int},
    votes_seats {int},
    target_groups {json} NOT NULL,
    sort_key {bytes} NOT NULL,
    search_key {text} NOT NULL,
    CHECK (votes_present IS NULL OR votes_for + votes_against + votes_abstain <= votes_present),
    CHECK (votes_present IS NULL OR votes_present <= votes_seats)
) {strict};
CREATE UNIQUE INDEX recommendation_slug ON recommendation (partnership_id, slug) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX recommendation_number ON recommendation (partnership_id, number) WHERE deleted_at IS NULL;
CREATE INDEX recommendation_by_title ON recommendation (partnership_id, sort_key, id);
CREATE INDEX recommendation_by_creation ON recommendation (partnership_id, created_at, id);
CREATE INDEX recommendation_by_adoption ON recommendation (partnership_id, adopted_on, id);
CREATE INDEX recommendation_adopted_at ON recommendation (adopted_at_id);

CREATE TABLE recommendation_addressee (
    recommendation_id {uuid} NOT NULL REFERENCES recommendation (id),
    position {int} NOT NULL,
    sector {text},
    institution_id {uuid} REFERENCES institution (id),
    body_id {uuid} REFERENCES body (id),
    due_on {date},
    PRIMARY KEY (recommendation_id, position),
    CHECK ((sector IS NOT NULL AND institution_id IS NULL AND body_id IS NULL)
        OR (sector IS NULL AND institution_id IS NOT NULL AND body_id IS NULL)
        OR (sector IS NULL AND institution_id IS NULL AND body_id IS NOT NULL))
) {strict};
CREATE INDEX recommendation_addressee_institution ON recommendation_addressee (institution_id);
CREATE INDEX recommendation_addressee_body ON recommendation_addressee (body_id);

CREATE TABLE implementation (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    recommendation_id {uuid} NOT NULL REFERENCES recommendation (id),
    slug {text} NOT NULL,
    kind {text} NOT NULL,
    position {int} NOT NULL CHECK (position > 0),
    meeting_id {uuid} REFERENCES meeting (id),
    owner_id {uuid} REFERENCES institution (id),
    completed_on {date},
    report_text {text},
    goal_text {text}
) {strict};
CREATE UNIQUE INDEX implementation_slug ON implementation (partnership_id, slug) WHERE deleted_at IS NULL;
CREATE INDEX implementation_of_recommendation ON implementation (recommendation_id, position, id);
CREATE INDEX implementation_by_creation ON implementation (partnership_id, created_at, id);
CREATE INDEX implementation_meeting ON implementation (meeting_id);
CREATE INDEX implementation_owner ON implementation (owner_id);

CREATE TABLE commitment (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    slug {text} NOT NULL,
    recommendation_id {uuid} REFERENCES recommendation (id),
    min_count {int} NOT NULL CHECK (min_count > 0),
    channel {text} NOT NULL,
    party_kinds {json} NOT NULL,
    report_text {text} NOT NULL,
    starts_on {date} NOT NULL,
    ends_on {date},
    position {int} NOT NULL CHECK (position > 0),
    CHECK (ends_on IS NULL OR ends_on >= starts_on)
) {strict};
CREATE UNIQUE INDEX commitment_slug ON commitment (partnership_id, slug) WHERE deleted_at IS NULL;
CREATE INDEX commitment_by_start ON commitment (partnership_id, starts_on, id);
CREATE INDEX commitment_by_position ON commitment (partnership_id, position, id);
CREATE INDEX commitment_of_recommendation ON commitment (recommendation_id);

CREATE TABLE fulfilment (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    commitment_id {uuid} NOT NULL REFERENCES commitment (id),
    meeting_id {uuid} REFERENCES meeting (id),
    fulfilled_on {date} NOT NULL,
    note {text}
) {strict};
CREATE UNIQUE INDEX fulfilment_key ON fulfilment (commitment_id, meeting_id) WHERE deleted_at IS NULL;
CREATE INDEX fulfilment_by_date ON fulfilment (partnership_id, fulfilled_on, id);
CREATE INDEX fulfilment_of_commitment ON fulfilment (commitment_id, fulfilled_on);
CREATE INDEX fulfilment_meeting ON fulfilment (meeting_id);

CREATE TABLE effect (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    slug {text} NOT NULL,
    period_from {date} NOT NULL,
    period_to {date} NOT NULL,
    position {int} NOT NULL CHECK (position > 0),
    report_text {text} NOT NULL,
    CHECK (period_to >= period_from)
) {strict};
CREATE UNIQUE INDEX effect_slug ON effect (partnership_id, slug) WHERE deleted_at IS NULL;
CREATE INDEX effect_by_period ON effect (partnership_id, period_from, id);
CREATE INDEX effect_by_position ON effect (partnership_id, position, id);
",
    down: "DROP TABLE effect; DROP TABLE fulfilment; DROP TABLE commitment; DROP TABLE implementation; \
           DROP TABLE recommendation_addressee; DROP TABLE recommendation;",
};
