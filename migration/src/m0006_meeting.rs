//! Meetings of every kind, what was on their agenda, who came and what came out; terms and mandates.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0006_meeting",
    up: "
CREATE TABLE meeting (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    slug {text} NOT NULL,
    kind {text} NOT NULL,
    status {text} NOT NULL,
    body_id {uuid} REFERENCES body (id),
    own_role {text} NOT NULL,
    title {text} NOT NULL,
    held_on {date} NOT NULL,
    starts_at {timestamp},
    ends_at {timestamp},
    mode {text} NOT NULL,
    town {text},
    location {text},
    host_institution_id {uuid} REFERENCES institution (id),
    quorum_required {int} CHECK (quorum_required > 0),
    target_sectors {json} NOT NULL,
    target_kinds {json} NOT NULL,
    funding_programmes {json} NOT NULL,
    sort_key {bytes} NOT NULL,
    search_key {text} NOT NULL,
    CHECK (ends_at IS NULL OR ends_at >= starts_at)
) {strict};
CREATE UNIQUE INDEX meeting_slug ON meeting (partnership_id, slug) WHERE deleted_at IS NULL;
CREATE INDEX meeting_by_date ON meeting (partnership_id, held_on, id);
CREATE INDEX meeting_by_kind ON meeting (partnership_id, kind, held_on, status, own_role, host_institution_id, id);
CREATE INDEX meeting_by_title ON meeting (partnership_id, sort_key, id);
CREATE INDEX meeting_of_body ON meeting (body_id);
CREATE INDEX meeting_host ON meeting (host_institution_id);

CREATE TABLE agenda_item (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    meeting_id {uuid} NOT NULL REFERENCES meeting (id),
    slug {text} NOT NULL,
    position {int} NOT NULL CHECK (position > 0),
    title {text} NOT NULL,
    report_phrase {text},
    presenter_id {uuid} REFERENCES institution (id),
    visibility {text} NOT NULL
) {strict};
CREATE UNIQUE INDEX agenda_item_slug ON agenda_item (meeting_id, slug) WHERE deleted_at IS NULL;
CREATE INDEX agenda_item_by_position ON agenda_item (meeting_id, position, id);
CREATE INDEX agenda_item_of_partnership ON agenda_item (partnership_id, id);
CREATE INDEX agenda_item_presenter ON agenda_item (presenter_id);

CREATE TABLE attendance (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    meeting_id {uuid} NOT NULL REFERENCES meeting (id),
    institution_id {uuid} NOT NULL REFERENCES institution (id),
    status {text} NOT NULL
) {strict};
CREATE UNIQUE INDEX attendance_key ON attendance (meeting_id, institution_id) WHERE deleted_at IS NULL;
CREATE INDEX attendance_by_status ON attendance (meeting_id, status, institution_id);
CREATE INDEX attendance_of_institution ON attendance (institution_id);

CREATE TABLE output (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    slug {text} NOT NULL,
    report_phrase {text} NOT NULL
) {strict};
CREATE UNIQUE INDEX output_slug ON output (partnership_id, slug) WHERE deleted_at IS NULL;

CREATE TABLE meeting_output (
    meeting_id {uuid} NOT NULL REFERENCES meeting (id),
    output_id {uuid} NOT NULL REFERENCES output (id),
    position {int} NOT NULL,
    PRIMARY KEY (meeting_id, output_id)
) {strict};
CREATE INDEX meeting_output_of_output ON meeting_output (output_id, meeting_id);

CREATE TABLE term (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    body_id {uuid} NOT NULL REFERENCES body (id),
    slug {text} NOT NULL,
    starts_on {date} NOT NULL,
    ends_on {date} NOT NULL,
    seats {int} CHECK (seats > 0),
    quorum_rule {text},
    majority_rule {text},
    elected_at_id {uuid} REFERENCES meeting (id),
    CHECK (ends_on > starts_on)
) {strict};
CREATE UNIQUE INDEX term_slug ON term (partnership_id, slug) WHERE deleted_at IS NULL;
CREATE INDEX term_by_start ON term (body_id, starts_on, id);
CREATE INDEX term_elected_at ON term (elected_at_id);

CREATE TABLE mandate (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    term_id {uuid} NOT NULL REFERENCES term (id),
    institution_id {uuid} NOT NULL REFERENCES institution (id),
    role {text} NOT NULL,
    starts_on {date} NOT NULL,
    ends_on {date},
    end_reason {text},
    CHECK (ends_on IS NULL OR ends_on >= starts_on)
) {strict};
CREATE UNIQUE INDEX mandate_once ON mandate (term_id, institution_id) WHERE deleted_at IS NULL AND ends_on IS NULL;
CREATE INDEX mandate_by_start ON mandate (partnership_id, starts_on, id);
CREATE INDEX mandate_of_term ON mandate (term_id);
CREATE INDEX mandate_of_institution ON mandate (institution_id);
",
    down: "DROP TABLE mandate; DROP TABLE term; DROP TABLE meeting_output; DROP TABLE output; \
           DROP TABLE attendance; DROP TABLE agenda_item; DROP TABLE meeting;",
};
