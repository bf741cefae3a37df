//! Who sees what changed: so that the feed of changes tells each caller what appeared and what disappeared.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0020_audience",
    // 0 nobody, 1 administrators, 2 who works in the partnership, 3 who works with it, 4 everybody. Only the latest change of
    // each record can be told from what is stored now; those before it have none, and the feed begins after them.
    up: "
ALTER TABLE change ADD COLUMN audience_before {int} CHECK (audience_before BETWEEN 0 AND 4);
ALTER TABLE change ADD COLUMN audience {int} CHECK (audience BETWEEN 0 AND 4);
ALTER TABLE change ADD COLUMN parent_id {uuid};
ALTER TABLE change ADD COLUMN merged_into {uuid};
CREATE INDEX change_of_kind ON change (kind, seq);
{rewritable:change}
UPDATE change SET audience = CASE
    WHEN op = 'deleted' THEN 0
    WHEN kind IN ('account', 'grant', 'client_secret', 'link') THEN 1
    WHEN kind = 'person' THEN 2
    WHEN kind = 'attendance' THEN 3
    WHEN kind = 'meeting' AND record_id IN (SELECT id FROM meeting WHERE status = 'draft') THEN 3
    WHEN kind = 'agenda_item' AND record_id IN (SELECT item.id FROM agenda_item item JOIN meeting ON meeting.id = item.meeting_id
        WHERE item.visibility <> 'public' OR meeting.status = 'draft') THEN 3
    WHEN kind = 'output' AND record_id NOT IN (SELECT link.output_id FROM meeting_output link
        JOIN meeting ON meeting.id = link.meeting_id WHERE meeting.status <> 'draft') THEN 3
    WHEN kind = 'good_practice' AND record_id IN (SELECT id FROM good_practice WHERE status <> 'published') THEN 3
    WHEN kind = 'recommendation' AND record_id IN (SELECT id FROM recommendation WHERE status NOT IN ('adopted', 'in_implementation', 'implemented',
        'partially_implemented', 'abandoned')) THEN 3
    WHEN kind = 'implementation' AND record_id IN (SELECT own.id FROM implementation own
        JOIN recommendation ON recommendation.id = own.recommendation_id WHERE recommendation.status NOT IN ('adopted', 'in_implementation', 'implemented',
        'partially_implemented', 'abandoned')) THEN 3
    WHEN kind = 'communique' AND record_id IN (SELECT id FROM communique WHERE status NOT IN ('released', 'corrected')) THEN 3
    WHEN kind = 'posting' AND record_id IN (SELECT posting.id FROM posting
        JOIN communique ON communique.id = posting.communique_id WHERE communique.status NOT IN ('released', 'corrected')) THEN 3
    ELSE 4 END
WHERE seq IN (SELECT max(seq) FROM change GROUP BY record_id);
{append_only:change}
",
    down: "
DROP INDEX change_of_kind;
ALTER TABLE change DROP COLUMN merged_into;
ALTER TABLE change DROP COLUMN parent_id;
ALTER TABLE change DROP COLUMN audience;
ALTER TABLE change DROP COLUMN audience_before;
",
};
