//! The day on which a recommendation was carried out, and the two cases in which a report words a topic.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0034_whole_year",
    up: "
ALTER TABLE recommendation ADD COLUMN implemented_on {date};
UPDATE recommendation SET implemented_on = (SELECT max(i.completed_on) FROM implementation i
        WHERE i.recommendation_id = recommendation.id AND i.deleted_at IS NULL)
    WHERE status IN ('implemented', 'partially_implemented');
UPDATE recommendation SET implemented_on = adopted_on WHERE implemented_on < adopted_on;
CREATE INDEX recommendation_implemented ON recommendation (partnership_id, implemented_on);
ALTER TABLE agenda_item RENAME COLUMN report_phrase TO report_phrase_genitive;
ALTER TABLE agenda_item ADD COLUMN report_phrase_accusative {text};
UPDATE agenda_item SET report_phrase_accusative = report_phrase_genitive, report_phrase_genitive = NULL
    WHERE meeting_id IN (SELECT id FROM meeting WHERE kind = 'assembly');
CREATE INDEX term_of_partnership ON term (partnership_id, created_at, id);
CREATE INDEX signatory_by_withdrawal ON signatory (partnership_id, withdrawn_on, id);
",
    down: "
DROP INDEX signatory_by_withdrawal;
DROP INDEX term_of_partnership;
UPDATE agenda_item SET report_phrase_genitive = report_phrase_accusative
    WHERE report_phrase_genitive IS NULL OR (report_phrase_accusative IS NOT NULL AND meeting_id IN (SELECT id FROM meeting WHERE kind = 'assembly'));
ALTER TABLE agenda_item DROP COLUMN report_phrase_accusative;
ALTER TABLE agenda_item RENAME COLUMN report_phrase_genitive TO report_phrase;
DROP INDEX recommendation_implemented;
ALTER TABLE recommendation DROP COLUMN implemented_on;
",
};
