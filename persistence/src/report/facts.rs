//! The slim facts of a period, from which the domain counts the activity report.
//!
//! One statement a kind of fact, whatever the size of the year. The SQL is the same for both databases.

use chrono::NaiveDate;
use domain::agreement_version::AgreementVersion;
use domain::followup::recommendation::is_carried_out;
use domain::institution::{OtherName, former_name_on};
use domain::partnership::Partnership;
use domain::period::Period;
use domain::record::Versioned;
use domain::report::NAMED_MEETINGS;
use domain::report::facts::{
    CommitmentFact, CommuniqueFact, EffectFact, ElectionFact, Facts, FulfilmentFact,
    GoodPracticeFact, ImplementationFact, MeetingFact, NamedFact, Outcome, OutputFact,
    PartnershipFacts, PostingFact, RecommendationFact, SecretariatFacts, SignatoryFact, TopicFact,
};
use sea_orm::{ConnectionTrait, DbErr, JsonValue as Json, QueryResult, Statement, Value};
use uuid::Uuid;

use crate::agreement_version::in_force_on;
use crate::record::{self, of_partnership};
use crate::{Conn, RepoError};

/// Selects the facts of a period. More than the report counts is harmless: the domain applies every rule again.
pub async fn facts(
    conn: &impl Conn,
    partnership: &Versioned<Partnership>,
    period: Period,
) -> Result<Facts, RepoError> {
    let ask = Asked::of(conn, partnership.head.id, period);
    Ok(Facts {
        partnership: partnership_facts(conn, partnership, period.to()).await?,
        signatories: signatories(&ask).await?,
        meetings: meetings(&ask).await?,
        topics: topics(&ask).await?,
        outputs: outputs(&ask).await?,
        good_practices: good_practices(&ask).await?,
        recommendations: recommendations(&ask).await?,
        commitments: commitment_facts(&ask).await?,
        communiques: communiques(&ask).await?,
        postings: postings(&ask).await?,
        effects: effects(&ask).await?,
        elections: elections(&ask).await?,
        mandates_begun: ask
            .named(&mandates("m.starts_on", "m.starts_on > t.starts_on"))
            .await?,
        mandates_ended: ask
            .named(&mandates("m.ends_on", "m.ends_on <= t.ends_on"))
            .await?,
        accessions: ask.named(&signatures("s.effective_from")).await?,
        withdrawals: ask.named(&signatures("s.withdrawn_on")).await?,
    })
}

/// The commitments of a period with what fulfils them, alone.
pub async fn commitments(
    conn: &impl Conn,
    partnership: Uuid,
    period: Period,
) -> Result<Vec<CommitmentFact>, RepoError> {
    commitment_facts(&Asked::of(conn, partnership, period)).await
}

/// What fulfils commitments in a period, with the commitment's id, in order.
pub async fn fulfilments(
    conn: &impl Conn,
    partnership: Uuid,
    period: Period,
) -> Result<Vec<(Uuid, FulfilmentFact)>, RepoError> {
    fulfilment_facts(&Asked::of(conn, partnership, period)).await
}

struct Asked<'a, C> {
    conn: &'a C,
    partnership: Uuid,
    from: NaiveDate,
    to: NaiveDate,
}

impl<'a, C: Conn> Asked<'a, C> {
    fn of(conn: &'a C, partnership: Uuid, period: Period) -> Self {
        Self {
            conn,
            partnership,
            from: period.from(),
            to: period.to(),
        }
    }

    /// Runs a query whose parameters are the partnership ($1) and the period ($2, $3), as far as it names them, and reads a fact
    /// from each row: where there are many, by the places of the columns, which takes less time than by their names.
    async fn facts<F>(
        &self,
        sql: &str,
        fact: impl Fn(&QueryResult) -> Result<F, DbErr>,
    ) -> Result<Vec<F>, RepoError> {
        let all: [Value; 3] = [self.partnership.into(), self.from.into(), self.to.into()];
        let named = (1..=3)
            .rev()
            .find(|number| sql.contains(&format!("${number}")))
            .unwrap_or(0);
        let connection = self.conn.raw();
        let values = all.into_iter().take(named);
        let statement =
            Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
        let rows = connection.query_all_raw(statement).await?;
        Ok(rows.iter().map(fact).collect::<Result<_, _>>()?)
    }

    /// The same of what happened to institutions, which have the names that they had then.
    async fn named(&self, sql: &str) -> Result<Vec<NamedFact>, RepoError> {
        let fact = |row: &QueryResult| {
            let on = row.try_get("", "happened_on")?;
            Ok(NamedFact {
                id: row.try_get("", "id")?,
                on,
                name: name_on(row, on)?.0,
                role: row.try_get("", "role")?,
            })
        };
        self.facts(sql, fact).await
    }
}

/// Selects the mandates in the council of which a day lies in the period.
fn mandates(day: &str, within_its_term: &str) -> String {
    format!(
        "SELECT m.id, {day} AS happened_on, m.role, i.name, i.name_genitive, i.other_names
         FROM mandate m JOIN term t ON t.id = m.term_id JOIN body b ON b.id = t.body_id JOIN institution i ON i.id = m.institution_id
         WHERE m.partnership_id = $1 AND {day} >= $2 AND {day} <= $3 AND {within_its_term} AND b.kind = 'council' AND m.deleted_at IS NULL
         ORDER BY {day}, m.id"
    )
}

/// Selects the signatories of whom a day lies in the period.
fn signatures(day: &str) -> String {
    format!(
        "SELECT s.id, {day} AS happened_on, CAST(NULL AS text) AS role, i.name, i.name_genitive, i.other_names
         FROM signatory s JOIN institution i ON i.id = s.institution_id
         WHERE s.partnership_id = $1 AND {day} >= $2 AND {day} <= $3 AND s.status <> 'applied' AND s.deleted_at IS NULL
         ORDER BY {day}, s.id"
    )
}

async fn elections(ask: &Asked<'_, impl Conn>) -> Result<Vec<ElectionFact>, RepoError> {
    let sql = "SELECT t.id, coalesce(m.held_on, t.starts_on) AS elected_on, t.starts_on, t.ends_on
               FROM term t JOIN body b ON b.id = t.body_id LEFT JOIN meeting m ON m.id = t.elected_at_id
               WHERE t.partnership_id = $1 AND b.kind = 'council' AND t.deleted_at IS NULL
                     AND (m.id IS NULL OR m.status IN ('held', 'minutes_approved', 'closed'))
                     AND coalesce(m.held_on, t.starts_on) >= $2 AND coalesce(m.held_on, t.starts_on) <= $3
               ORDER BY elected_on, t.id";
    let fact = |row: &QueryResult| {
        Ok(ElectionFact {
            id: row.try_get("", "id")?,
            elected_on: row.try_get("", "elected_on")?,
            starts_on: row.try_get("", "starts_on")?,
            ends_on: row.try_get("", "ends_on")?,
        })
    };
    ask.facts(sql, fact).await
}

/// The name of an institution on a day, and the same in the genitive where that is asked for, from a row with its names.
fn name_on(row: &QueryResult, day: NaiveDate) -> Result<(String, Option<String>), DbErr> {
    let others: Json = row.try_get("", "other_names")?;
    let others: Vec<OtherName> =
        serde_json::from_value(others).map_err(|error| DbErr::Type(error.to_string()))?;
    Ok(match former_name_on(&others, day) {
        Some(former) => (former.name.clone(), former.name_genitive.clone()),
        None => (row.try_get("", "name")?, row.try_get("", "name_genitive")?),
    })
}

async fn partnership_facts(
    conn: &impl Conn,
    Versioned {
        head,
        value: partnership,
    }: &Versioned<Partnership>,
    day: NaiveDate,
) -> Result<PartnershipFacts, RepoError> {
    let agreed = of_partnership::<AgreementVersion>(head.id).add(in_force_on(day));
    let agreed = record::every::<AgreementVersion>(conn, agreed).await?.pop();
    let agreed = agreed.map(|version| version.value).unwrap_or_default();
    let today = &partnership.secretariat;
    let mut secretariat = match partnership.former_secretariat_on(day) {
        Some(former) => SecretariatFacts {
            institution: former.institution.clone(),
            unit: former.unit.clone(),
            phone: former.phone.clone(),
            email: former.email.clone(),
        },
        None => SecretariatFacts {
            institution: match today.institution {
                Some(link) => crate::institution::short_name_on(conn, link.id, day).await?,
                None => None,
            },
            unit: today.unit.clone(),
            phone: today.phone.clone(),
            email: today.email.clone(),
        },
    };
    if let Some(phone) = &mut secretariat.phone
        && let Ok(number) = domain::identifier::Phone::parse(phone)
    {
        *phone = number.display();
    }
    Ok(PartnershipFacts {
        slug: partnership.slug.clone(),
        name: partnership.name.clone(),
        goal: agreed.goal,
        coordination: agreed.coordination,
        scope: agreed.scope,
        secretariat,
    })
}

/// Selects the signatories `s` that the agreement of a day binds. That there is a version that binds only those who sign it is
/// rare, and asked once.
fn bound_on(day: &str) -> String {
    format!(
        "(NOT EXISTS (SELECT 1 FROM agreement_version WHERE partnership_id = $1 AND binds_only_signers)
          OR NOT EXISTS (SELECT 1 FROM agreement_version v
              WHERE v.partnership_id = s.partnership_id AND v.deleted_at IS NULL AND v.binds_only_signers
                AND v.status IN ('in_force', 'superseded', 'terminated') AND v.in_force_from <= {day}
                AND (v.in_force_to IS NULL OR v.in_force_to > {day}) AND v.number > coalesce(s.agreement_version, 0)))"
    )
}

async fn signatories(ask: &Asked<'_, impl Conn>) -> Result<Vec<SignatoryFact>, RepoError> {
    let bound = bound_on("$3");
    let sql = format!("SELECT s.id, s.institution_id, coalesce(x.sector, '') AS sector, s.effective_from, s.withdrawn_on,
                      s.status <> 'applied' AND NOT EXISTS (SELECT 1 FROM signatory_suspension p
                          WHERE p.signatory_id = s.id AND p.starts_on <= $3 AND (p.ends_on IS NULL OR p.ends_on > $3))
                        AND {bound} AS counts
               FROM signatory s
               LEFT JOIN institution_sector x ON x.institution_id = s.institution_id
                    AND x.valid_from <= $3 AND (x.valid_until IS NULL OR x.valid_until > $3)
               WHERE s.partnership_id = $1 AND s.deleted_at IS NULL AND s.effective_from <= $3
                     AND (s.withdrawn_on IS NULL OR s.withdrawn_on > $2)
               ORDER BY s.id");
    let fact = |row: &QueryResult| {
        let (id, institution, sector, effective_from, withdrawn_on, counts) =
            row.try_get_many_by_index()?;
        Ok(SignatoryFact {
            id,
            institution,
            sector,
            effective_from,
            withdrawn_on,
            counts,
        })
    };
    ask.facts(&sql, fact).await
}

async fn meetings(ask: &Asked<'_, impl Conn>) -> Result<Vec<MeetingFact>, RepoError> {
    let named = NAMED_MEETINGS.join("', '");
    let sql = format!(
              "SELECT m.id, m.kind, m.held_on, m.own_role, x.sector AS host_sector,
                      CASE WHEN m.kind IN ('{named}') THEN m.title END AS title,
                      m.kind = 'training' AND m.id IN (SELECT i.meeting_id FROM implementation i
                          WHERE i.partnership_id = $1 AND i.meeting_id IS NOT NULL AND i.completed_on <= $3
                            AND i.deleted_at IS NULL) AS carries_out,
                      CASE WHEN CAST(m.funding_programmes AS text) <> '[]' THEN m.funding_programmes END AS funding_programmes
               FROM meeting m
               LEFT JOIN institution_sector x ON x.institution_id = m.host_institution_id
                    AND x.valid_from <= m.held_on AND (x.valid_until IS NULL OR x.valid_until > m.held_on)
               WHERE m.partnership_id = $1 AND m.held_on >= $2 AND m.held_on <= $3 AND m.deleted_at IS NULL
                     AND m.status IN ('held', 'minutes_approved', 'closed')
               ORDER BY m.held_on, m.id");
    let fact = |row: &QueryResult| {
        let (id, kind, held_on, own_role, host_sector, title, carries_out, programmes) =
            row.try_get_many_by_index()?;
        let programmes: Option<Json> = programmes;
        let programmes = programmes.map(serde_json::from_value).transpose();
        let programmes = programmes.map_err(|error| DbErr::Type(error.to_string()))?;
        Ok(MeetingFact {
            id,
            kind,
            held_on,
            took_place: true,
            own_role,
            host_sector,
            title,
            carries_out,
            funding_programmes: programmes.unwrap_or_default(),
        })
    };
    ask.facts(&sql, fact).await
}

async fn topics(ask: &Asked<'_, impl Conn>) -> Result<Vec<TopicFact>, RepoError> {
    let sql = "SELECT a.id, a.meeting_id, a.position,
                      CASE m.kind WHEN 'council' THEN a.report_phrase_genitive ELSE a.report_phrase_accusative END AS report_phrase,
                      CASE m.kind WHEN 'council' THEN a.report_phrase_accusative ELSE a.report_phrase_genitive END IS NOT NULL AS in_another
               FROM agenda_item a JOIN meeting m ON m.id = a.meeting_id
               WHERE m.partnership_id = $1 AND m.held_on >= $2 AND m.held_on <= $3 AND m.deleted_at IS NULL
                     AND m.kind IN ('council', 'assembly') AND a.deleted_at IS NULL AND a.visibility = 'public'
               ORDER BY m.held_on, m.id, a.position";
    let fact = |row: &QueryResult| {
        let report_phrase: Option<String> = row.try_get("", "report_phrase")?;
        Ok(TopicFact {
            id: row.try_get("", "id")?,
            meeting: row.try_get("", "meeting_id")?,
            position: row.try_get("", "position")?,
            in_the_other_case: report_phrase.is_none() && row.try_get("", "in_another")?,
            report_phrase,
        })
    };
    ask.facts(sql, fact).await
}

async fn outputs(ask: &Asked<'_, impl Conn>) -> Result<Vec<OutputFact>, RepoError> {
    let sql = "SELECT o.id, l.meeting_id, o.report_phrase
               FROM meeting_output l JOIN output o ON o.id = l.output_id JOIN meeting m ON m.id = l.meeting_id
               WHERE m.partnership_id = $1 AND m.held_on >= $2 AND m.held_on <= $3 AND m.deleted_at IS NULL
                     AND o.deleted_at IS NULL
               ORDER BY m.held_on, m.id, l.position";
    let fact = |row: &QueryResult| {
        Ok(OutputFact {
            id: row.try_get("", "id")?,
            meeting: row.try_get("", "meeting_id")?,
            report_phrase: row.try_get("", "report_phrase")?,
        })
    };
    ask.facts(sql, fact).await
}

async fn good_practices(ask: &Asked<'_, impl Conn>) -> Result<Vec<GoodPracticeFact>, RepoError> {
    let sql = "SELECT g.id, p.meeting_id, g.position, g.owner_id, i.name, i.name_genitive, i.other_names, m.held_on
               FROM good_practice g
               JOIN good_practice_presentation p ON p.good_practice_id = g.id
               JOIN meeting m ON m.id = p.meeting_id
               JOIN institution i ON i.id = g.owner_id
               WHERE g.partnership_id = $1 AND m.held_on >= $2 AND m.held_on <= $3 AND g.deleted_at IS NULL
                     AND m.deleted_at IS NULL AND g.status IN ('published', 'archived')
               ORDER BY m.held_on, m.id, g.position, g.id";
    let fact = |row: &QueryResult| {
        let (name, genitive) = name_on(row, row.try_get("", "held_on")?)?;
        Ok(GoodPracticeFact {
            id: row.try_get("", "id")?,
            meeting: row.try_get("", "meeting_id")?,
            position: row.try_get("", "position")?,
            presenter: row.try_get("", "owner_id")?,
            presenter_name: name,
            presenter_genitive: genitive,
        })
    };
    ask.facts(sql, fact).await
}

async fn recommendations(ask: &Asked<'_, impl Conn>) -> Result<Vec<RecommendationFact>, RepoError> {
    let sql = "SELECT id, kind, number, adopted_on, title, status, implemented_on FROM recommendation
               WHERE partnership_id = $1 AND deleted_at IS NULL
                     AND ((adopted_on >= $2 AND adopted_on <= $3) OR (implemented_on >= $2 AND implemented_on <= $3))
                     AND status NOT IN ('draft', 'under_consultation', 'rejected', 'withdrawn')
               ORDER BY adopted_on, id";
    let fact = |row: &QueryResult| {
        let status: String = row.try_get("", "status")?;
        let on = row.try_get("", "implemented_on")?;
        let in_part = status == "partially_implemented";
        Ok(RecommendationFact {
            id: row.try_get("", "id")?,
            kind: row.try_get("", "kind")?,
            number: row.try_get("", "number")?,
            adopted_on: row.try_get("", "adopted_on")?,
            title: row.try_get("", "title")?,
            outcome: is_carried_out(&status).then_some(Outcome { in_part, on }),
            implementations: Vec::new(),
        })
    };
    let mut facts = ask.facts(sql, fact).await?;
    let sql = "SELECT i.id, i.recommendation_id, i.completed_on, i.report_text, i.goal_text
               FROM implementation i JOIN recommendation r ON r.id = i.recommendation_id
               WHERE r.partnership_id = $1 AND i.deleted_at IS NULL
                     AND ((r.adopted_on >= $2 AND r.adopted_on <= $3) OR (r.implemented_on >= $2 AND r.implemented_on <= $3))
               ORDER BY i.position, i.id";
    let done = |row: &QueryResult| {
        let fact = ImplementationFact {
            id: row.try_get("", "id")?,
            completed_on: row.try_get("", "completed_on")?,
            report_text: row.try_get("", "report_text")?,
            goal_text: row.try_get("", "goal_text")?,
        };
        Ok((row.try_get::<Uuid>("", "recommendation_id")?, fact))
    };
    for (recommendation, done) in ask.facts(sql, done).await? {
        if let Some(fact) = facts.iter_mut().find(|fact| fact.id == recommendation) {
            fact.implementations.push(done);
        }
    }
    Ok(facts)
}

async fn commitment_facts(ask: &Asked<'_, impl Conn>) -> Result<Vec<CommitmentFact>, RepoError> {
    let sql = "SELECT id, slug, min_count, channel, report_text, starts_on, ends_on FROM commitment
               WHERE partnership_id = $1 AND starts_on <= $3 AND (ends_on IS NULL OR ends_on > $2) AND deleted_at IS NULL
               ORDER BY position, id";
    let fact = |row: &QueryResult| {
        Ok(CommitmentFact {
            id: row.try_get("", "id")?,
            slug: row.try_get("", "slug")?,
            min_count: u32::try_from(row.try_get::<i32>("", "min_count")?).unwrap_or(1),
            channel: row.try_get("", "channel")?,
            report_text: row.try_get("", "report_text")?,
            in_force_from: row.try_get("", "starts_on")?,
            in_force_to: row.try_get("", "ends_on")?,
            fulfilments: Vec::new(),
        })
    };
    let mut facts = ask.facts(sql, fact).await?;
    for (commitment, done) in fulfilment_facts(ask).await? {
        if let Some(fact) = facts.iter_mut().find(|fact| fact.id == commitment) {
            fact.fulfilments.push(done);
        }
    }
    Ok(facts)
}

async fn fulfilment_facts(
    ask: &Asked<'_, impl Conn>,
) -> Result<Vec<(Uuid, FulfilmentFact)>, RepoError> {
    let sql = "SELECT f.id, f.commitment_id, coalesce(m.held_on, f.fulfilled_on) AS held_on,
                      (m.id IS NULL OR m.status IN ('held', 'minutes_approved', 'closed')) AS took_place
               FROM fulfilment f LEFT JOIN meeting m ON m.id = f.meeting_id
               WHERE f.partnership_id = $1 AND f.deleted_at IS NULL
                     AND coalesce(m.held_on, f.fulfilled_on) >= $2 AND coalesce(m.held_on, f.fulfilled_on) <= $3
               ORDER BY held_on, f.id";
    let fact = |row: &QueryResult| {
        let fact = FulfilmentFact {
            id: row.try_get("", "id")?,
            held_on: row.try_get("", "held_on")?,
            took_place: row.try_get("", "took_place")?,
        };
        Ok((row.try_get("", "commitment_id")?, fact))
    };
    ask.facts(sql, fact).await
}

async fn communiques(ask: &Asked<'_, impl Conn>) -> Result<Vec<CommuniqueFact>, RepoError> {
    let sql = "SELECT id, released_on, withdrawn_on FROM communique
               WHERE partnership_id = $1 AND released_on >= $2 AND released_on <= $3 AND deleted_at IS NULL
                     AND (withdrawn_on IS NULL OR withdrawn_on > $3)
               ORDER BY released_on, id";
    let fact = |row: &QueryResult| {
        Ok(CommuniqueFact {
            id: row.try_get("", "id")?,
            released_on: row.try_get("", "released_on")?,
            withdrawn_on: row.try_get("", "withdrawn_on")?,
        })
    };
    ask.facts(sql, fact).await
}

async fn postings(ask: &Asked<'_, impl Conn>) -> Result<Vec<PostingFact>, RepoError> {
    let bound = bound_on("p.posted_on");
    let sql = format!("SELECT p.id, p.communique_id, p.institution_id, p.posted_on
               FROM posting p JOIN communique c ON c.id = p.communique_id
               WHERE p.partnership_id = $1 AND p.posted_on >= $2 AND p.posted_on <= $3 AND p.deleted_at IS NULL
                     AND p.status IN ('reported', 'verified', 'broken') AND c.deleted_at IS NULL
                     AND EXISTS (SELECT 1 FROM signatory s
                         WHERE s.partnership_id = p.partnership_id AND s.institution_id = p.institution_id
                           AND s.deleted_at IS NULL AND s.status <> 'applied'
                           AND s.effective_from <= p.posted_on AND (s.withdrawn_on IS NULL OR s.withdrawn_on > p.posted_on)
                           AND NOT EXISTS (SELECT 1 FROM signatory_suspension x
                               WHERE x.signatory_id = s.id AND x.starts_on <= p.posted_on
                                 AND (x.ends_on IS NULL OR x.ends_on > p.posted_on))
                           AND {bound})
               ORDER BY p.id");
    let fact = |row: &QueryResult| {
        let (id, communique, institution, posted_on) = row.try_get_many_by_index()?;
        Ok(PostingFact {
            id,
            communique,
            institution,
            posted_on,
            signatory_on_the_day: true,
        })
    };
    ask.facts(&sql, fact).await
}

async fn effects(ask: &Asked<'_, impl Conn>) -> Result<Vec<EffectFact>, RepoError> {
    let sql = "SELECT id, period_from, period_to, position, report_text FROM effect
               WHERE partnership_id = $1 AND period_to >= $2 AND period_to <= $3 AND deleted_at IS NULL
               ORDER BY position, id";
    let fact = |row: &QueryResult| {
        let (from, to) = (
            row.try_get("", "period_from")?,
            row.try_get("", "period_to")?,
        );
        let fact = |period| {
            Ok::<_, DbErr>(EffectFact {
                id: row.try_get("", "id")?,
                period,
                position: row.try_get("", "position")?,
                report_text: row.try_get("", "report_text")?,
            })
        };
        Period::new(from, to).ok().map(fact).transpose()
    };
    Ok(ask.facts(sql, fact).await?.into_iter().flatten().collect())
}
