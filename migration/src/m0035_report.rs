//! Reports of periods, and the files of those that are frozen.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0035_report",
    up: "
CREATE TABLE report (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    slug {text} NOT NULL,
    period_from {date} NOT NULL,
    period_to {date} NOT NULL,
    title {text},
    sections {json} NOT NULL,
    edits {json} NOT NULL,
    paragraphs {json} NOT NULL,
    supersedes_id {uuid} REFERENCES report (id),
    status {text} NOT NULL,
    warnings {json} NOT NULL,
    approved_sha256 {text},
    frozen_at {timestamp},
    sequence {bigint},
    sha256 {text},
    submitted_on {date},
    answered_on {date},
    note {text},
    CHECK (period_to >= period_from),
    CHECK (status IN ('draft', 'in_review') OR approved_sha256 IS NOT NULL),
    CHECK (status IN ('draft', 'in_review', 'approved') OR (frozen_at IS NOT NULL AND sequence IS NOT NULL AND sha256 IS NOT NULL))
) {strict};
CREATE UNIQUE INDEX report_slug ON report (partnership_id, slug) WHERE deleted_at IS NULL;
CREATE INDEX report_by_period ON report (partnership_id, period_to, id);
CREATE INDEX report_by_creation ON report (partnership_id, created_at, id);
CREATE INDEX report_by_status ON report (partnership_id, status, id);
CREATE INDEX report_supersedes ON report (supersedes_id);
CREATE TABLE report_file (
    report_id {uuid} NOT NULL REFERENCES report (id),
    format {text} NOT NULL,
    language {text} NOT NULL,
    sha256 {text} NOT NULL,
    content {bytes} NOT NULL,
    PRIMARY KEY (report_id, format, language)
) {strict};
{append_only:report_file}
",
    down: "DROP TABLE report_file; DROP TABLE report;",
};
