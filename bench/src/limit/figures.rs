//! The figures of the activity report (S5) as hand-written SQL: one statement a table, counted by the
//! database, where the product reads rows and counts them itself.

use serde_json::{Map, Value, json};

/// Statements that give rows (group, part, number). `?1` is the partnership, `?2` the last
/// day, `?3` the first.
pub const STATEMENTS: [&str; 10] = [
    "SELECT 'signatories', x.sector, count(*) FROM signatory s JOIN institution_sector x
       ON x.institution_id = s.institution_id AND x.valid_from <= ?2 AND (x.valid_until IS NULL OR x.valid_until > ?2)
     WHERE s.partnership_id = ?1 AND s.effective_from <= ?2 AND (s.withdrawn_on IS NULL OR s.withdrawn_on > ?2)
       AND s.status <> 'applied' AND s.deleted_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM signatory_suspension p WHERE p.signatory_id = s.id AND p.starts_on <= ?2
         AND (p.ends_on IS NULL OR p.ends_on > ?2)) GROUP BY x.sector",
    "SELECT kind, own_role, count(*) FROM meeting
     WHERE partnership_id = ?1 AND held_on >= ?3 AND held_on <= ?2 AND deleted_at IS NULL
       AND status IN ('held', 'minutes_approved', 'closed') GROUP BY kind, own_role",
    "SELECT 'host', x.sector, count(*) FROM meeting m JOIN institution_sector x
       ON x.institution_id = m.host_institution_id AND x.valid_from <= m.held_on
       AND (x.valid_until IS NULL OR x.valid_until > m.held_on)
     WHERE m.partnership_id = ?1 AND m.kind = 'information' AND m.held_on >= ?3 AND m.held_on <= ?2
       AND m.deleted_at IS NULL AND m.status IN ('held', 'minutes_approved', 'closed') GROUP BY x.sector",
    "SELECT 'council_topics', '', count(DISTINCT trim(a.report_phrase_genitive)) FROM meeting m JOIN agenda_item a ON a.meeting_id = m.id
     WHERE m.partnership_id = ?1 AND m.kind = 'council' AND m.held_on >= ?3 AND m.held_on <= ?2
       AND m.deleted_at IS NULL AND m.status IN ('held', 'minutes_approved', 'closed')
       AND a.deleted_at IS NULL AND a.visibility = 'public' AND trim(a.report_phrase_genitive) <> ''",
    "SELECT m.kind || '_outputs', '', count(DISTINCT l.output_id)
     FROM meeting m JOIN meeting_output l ON l.meeting_id = m.id JOIN output o ON o.id = l.output_id
     WHERE m.partnership_id = ?1 AND m.kind IN ('regional_committee', 'working_group') AND m.held_on >= ?3 AND m.held_on <= ?2
       AND m.deleted_at IS NULL AND m.status IN ('held', 'minutes_approved', 'closed')
       AND (m.kind = 'working_group' OR m.own_role IN ('participant', 'co_organizer')) AND o.deleted_at IS NULL GROUP BY m.kind
     UNION ALL
     SELECT 'trainings_without_recommendation', '', count(*) FROM meeting m
     WHERE m.partnership_id = ?1 AND m.kind = 'training' AND m.held_on >= ?3 AND m.held_on <= ?2
       AND m.deleted_at IS NULL AND m.status IN ('held', 'minutes_approved', 'closed')
       AND NOT EXISTS (SELECT 1 FROM implementation i WHERE i.meeting_id = m.id AND i.completed_on <= ?2 AND i.deleted_at IS NULL)",
    "SELECT 'council_elections', '', count(*) FROM term t JOIN body b ON b.id = t.body_id LEFT JOIN meeting m ON m.id = t.elected_at_id
     WHERE t.partnership_id = ?1 AND b.kind = 'council' AND t.deleted_at IS NULL
       AND (m.id IS NULL OR m.status IN ('held', 'minutes_approved', 'closed'))
       AND coalesce(m.held_on, t.starts_on) >= ?3 AND coalesce(m.held_on, t.starts_on) <= ?2
     UNION ALL
     SELECT 'council_mandates_begun', '', count(*) FROM mandate m JOIN term t ON t.id = m.term_id JOIN body b ON b.id = t.body_id
     WHERE m.partnership_id = ?1 AND b.kind = 'council' AND m.deleted_at IS NULL
       AND m.starts_on >= ?3 AND m.starts_on <= ?2 AND m.starts_on > t.starts_on
     UNION ALL
     SELECT 'council_mandates_ended', '', count(*) FROM mandate m JOIN term t ON t.id = m.term_id JOIN body b ON b.id = t.body_id
     WHERE m.partnership_id = ?1 AND b.kind = 'council' AND m.deleted_at IS NULL
       AND m.ends_on >= ?3 AND m.ends_on <= ?2 AND m.ends_on <= t.ends_on
     UNION ALL
     SELECT 'accessions', '', count(*) FROM signatory
     WHERE partnership_id = ?1 AND effective_from >= ?3 AND effective_from <= ?2 AND status <> 'applied' AND deleted_at IS NULL
     UNION ALL
     SELECT 'withdrawals', '', count(*) FROM signatory
     WHERE partnership_id = ?1 AND withdrawn_on >= ?3 AND withdrawn_on <= ?2 AND status <> 'applied' AND deleted_at IS NULL",
    "SELECT 'good_practice_presenters', '', count(DISTINCT g.owner_id)
     FROM meeting m JOIN good_practice_presentation p ON p.meeting_id = m.id
       JOIN good_practice g ON g.id = p.good_practice_id
     WHERE m.partnership_id = ?1 AND m.kind = 'council' AND m.held_on >= ?3 AND m.held_on <= ?2
       AND m.deleted_at IS NULL AND m.status IN ('held', 'minutes_approved', 'closed')
       AND g.deleted_at IS NULL AND g.status IN ('published', 'archived')
     UNION ALL
     SELECT 'effects', '', count(*) FROM effect
     WHERE partnership_id = ?1 AND period_to >= ?3 AND period_to <= ?2 AND deleted_at IS NULL",
    "SELECT kind || 's_adopted', '', count(*) FROM recommendation
     WHERE partnership_id = ?1 AND adopted_on >= ?3 AND adopted_on <= ?2 AND deleted_at IS NULL
       AND status NOT IN ('draft', 'under_consultation', 'rejected', 'withdrawn') GROUP BY kind
     UNION ALL
     SELECT kind || 's_' || status, '', count(*) FROM recommendation
     WHERE partnership_id = ?1 AND implemented_on >= ?3 AND implemented_on <= ?2 AND deleted_at IS NULL
       AND status IN ('implemented', 'partially_implemented') GROUP BY kind, status",
    // `kept` counts whole years only: the file's commitments are in force for all of it.
    "SELECT CASE WHEN count(m.id) >= c.min_count THEN 'kept' ELSE 'open' END, c.slug, count(m.id)
     FROM commitment c LEFT JOIN fulfilment f ON f.commitment_id = c.id AND f.deleted_at IS NULL
       LEFT JOIN meeting m ON m.id = f.meeting_id AND m.held_on >= ?3 AND m.held_on <= ?2
         AND m.status IN ('held', 'minutes_approved', 'closed')
     WHERE c.partnership_id = ?1 AND c.starts_on <= ?2 AND (c.ends_on IS NULL OR c.ends_on > ?3)
       AND c.deleted_at IS NULL GROUP BY c.id, c.slug, c.min_count",
    // `NOT … >` where `<=` would do: SQLite, which has no statistics, takes the range for the better key
    // otherwise, and searches all signatories for each posting.
    "WITH released AS (
       SELECT id FROM communique WHERE partnership_id = ?1 AND released_on >= ?3 AND released_on <= ?2
         AND (withdrawn_on IS NULL OR withdrawn_on > ?2) AND deleted_at IS NULL),
     posted AS (
       SELECT p.institution_id, count(*) AS times FROM posting p
       WHERE p.partnership_id = ?1 AND p.posted_on >= ?3 AND p.posted_on <= ?2 AND p.deleted_at IS NULL
         AND p.status IN ('reported', 'verified', 'broken') AND p.communique_id IN (SELECT id FROM released)
         AND EXISTS (SELECT 1 FROM signatory s
           WHERE s.partnership_id = p.partnership_id AND s.institution_id = p.institution_id
             AND s.deleted_at IS NULL AND s.status <> 'applied'
             AND NOT s.effective_from > p.posted_on AND (s.withdrawn_on IS NULL OR s.withdrawn_on > p.posted_on)
             AND NOT EXISTS (SELECT 1 FROM signatory_suspension x WHERE x.signatory_id = s.id
               AND x.starts_on <= p.posted_on AND (x.ends_on IS NULL OR x.ends_on > p.posted_on)))
       GROUP BY p.institution_id)
     SELECT 'communiques_published', '', count(*) FROM released
     UNION ALL SELECT 'communique_publications', '', CAST(coalesce(sum(times), 0) AS bigint) FROM posted
     UNION ALL SELECT 'communique_institutions', '', count(*) FROM posted
       WHERE times = (SELECT count(*) FROM released)",
];

/// Meetings by their kind and the partnership's own roles; without roles, of any.
const MEETINGS: [(&str, &str, &[&str]); 14] = [
    ("council_meetings", "council", &[]),
    ("assemblies", "assembly", &[]),
    (
        "regional_committee_meetings",
        "regional_committee",
        &["participant", "co_organizer"],
    ),
    ("owes_meetings", "owes", &["participant", "co_organizer"]),
    ("trainings", "training", &[]),
    ("partner_forum_meetings", "partner_forum", &[]),
    ("working_group_meetings", "working_group", &[]),
    ("conferences", "conference", &[]),
    ("study_visits", "study_visit", &[]),
    (
        "regional_committee_meetings_organized",
        "regional_committee",
        &["organizer"],
    ),
    ("owes_meetings_organized", "owes", &["organizer"]),
    ("information_meetings", "information", &[]),
    (
        "information_meetings_organized",
        "information",
        &["organizer", "co_organizer"],
    ),
    (
        "information_meetings_participated",
        "information",
        &["participant"],
    ),
];

/// Names and numbers of the figures, from the rows of all statements. Dates are left out.
pub fn assemble(rows: &[(String, String, i64)]) -> Value {
    let of = |group: &'static str| rows.iter().filter(move |row| row.0 == group);
    let sum = |group| of(group).map(|row| row.2).sum::<i64>();
    let parts = |groups: &[&'static str]| -> Map<String, Value> {
        let rows = groups.iter().flat_map(|group| of(group));
        rows.map(|row| (row.1.clone(), json!(row.2))).collect()
    };
    let mut figures = Map::new();
    let mut set = |name: &str, value: Value| figures.insert(name.to_owned(), value);
    for name in [
        "council_topics",
        "regional_committee_outputs",
        "working_group_outputs",
        "trainings_without_recommendation",
        "council_elections",
        "council_mandates_begun",
        "council_mandates_ended",
        "accessions",
        "withdrawals",
        "recommendations_adopted",
        "recommendations_implemented",
        "recommendations_partially_implemented",
        "conclusions_adopted",
        "conclusions_implemented",
        "conclusions_partially_implemented",
        "interventions_adopted",
        "interventions_implemented",
        "interventions_partially_implemented",
        "good_practice_presenters",
        "communiques_published",
        "communique_publications",
        "communique_institutions",
        "effects",
        "signatories",
    ] {
        set(name, json!(sum(name)));
    }
    for (name, kind, own_roles) in MEETINGS {
        let counted =
            of(kind).filter(|row| own_roles.is_empty() || own_roles.contains(&row.1.as_str()));
        set(name, json!(counted.map(|row| row.2).sum::<i64>()));
    }
    let hosts = parts(&["host"]);
    let promised = parts(&["kept", "open"]);
    set(
        "signatories_by_sector",
        Value::Object(parts(&["signatories"])),
    );
    set("information_meeting_host_sectors", json!(hosts.len()));
    set("information_meetings_by_sector", Value::Object(hosts));
    set("commitments", json!(promised.len()));
    set("commitments_fulfilled", json!(of("kept").count()));
    let least = promised.values().filter_map(Value::as_i64).min();
    set("commitment_fulfilments_each", json!(least.unwrap_or(0)));
    set("commitment_fulfilments", Value::Object(promised));
    Value::Object(figures)
}
