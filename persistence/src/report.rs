//! The slim facts of a period, from which the domain counts the activity report.
//!
//! One statement a kind of fact, whatever the size of the year. The SQL is the same for both databases.

use chrono::NaiveDate;
use domain::agreement_version::AgreementVersion;
use domain::institution::{OtherName, former_name_on};
use domain::partnership::Partnership;
use domain::period::Period;
use domain::record::Versioned;
use domain::report::facts::{
    CommitmentFact, CommuniqueFact, EffectFact, Facts, FulfilmentFact, GoodPracticeFact,
    ImplementationFact, MeetingFact, OutputFact, PartnershipFacts, PostingFact, RecommendationFact,
    SecretariatFacts, SignatoryFact, TopicFact,
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
    /// from each row.
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

async fn signatories(ask: &Asked<'_, impl Conn>) -> Result<Vec<SignatoryFact>, RepoError> {
    let sql = "SELECT s.id, s.institution_id, coalesce(x.sector, '') AS sector, s.effective_from, s.withdrawn_on,
                      s.status <> 'applied' AND NOT EXISTS (SELECT 1 FROM signatory_suspension p
                          WHERE p.signatory_id = s.id AND p.starts_on <= $3 AND (p.ends_on IS NULL OR p.ends_on > $3)) AS counts
               FROM signatory s
               LEFT JOIN institution_sector x ON x.institution_id = s.institution_id
                    AND x.valid_from <= $3 AND (x.valid_until IS NULL OR x.valid_until > $3)
               WHERE s.partnership_id = $1 AND s.deleted_at IS NULL AND s.effective_from <= $3
                     AND (s.withdrawn_on IS NULL OR s.withdrawn_on > $2)
               ORDER BY s.id";
    let fact = |row: &QueryResult| {
        Ok(SignatoryFact {
            id: row.try_get("", "id")?,
            institution: row.try_get("", "institution_id")?,
            sector: row.try_get("", "sector")?,
            effective_from: row.try_get("", "effective_from")?,
            withdrawn_on: row.try_get("", "withdrawn_on")?,
            counts: row.try_get("", "counts")?,
        })
    };
    ask.facts(sql, fact).await
}

async fn meetings(ask: &Asked<'_, impl Conn>) -> Result<Vec<MeetingFact>, RepoError> {
    let sql = "SELECT m.id, m.kind, m.held_on, m.own_role, x.sector AS host_sector
               FROM meeting m
               LEFT JOIN institution_sector x ON x.institution_id = m.host_institution_id
                    AND x.valid_from <= m.held_on AND (x.valid_until IS NULL OR x.valid_until > m.held_on)
               WHERE m.partnership_id = $1 AND m.held_on >= $2 AND m.held_on <= $3 AND m.deleted_at IS NULL
                     AND m.status IN ('held', 'minutes_approved', 'closed')
               ORDER BY m.held_on, m.id";
    let fact = |row: &QueryResult| {
        Ok(MeetingFact {
            id: row.try_get("", "id")?,
            kind: row.try_get("", "kind")?,
            held_on: row.try_get("", "held_on")?,
            took_place: true,
            own_role: row.try_get("", "own_role")?,
            host_sector: row.try_get("", "host_sector")?,
        })
    };
    ask.facts(sql, fact).await
}

async fn topics(ask: &Asked<'_, impl Conn>) -> Result<Vec<TopicFact>, RepoError> {
    let sql = "SELECT a.id, a.meeting_id, a.position, a.report_phrase
               FROM agenda_item a JOIN meeting m ON m.id = a.meeting_id
               WHERE m.partnership_id = $1 AND m.held_on >= $2 AND m.held_on <= $3 AND m.deleted_at IS NULL
                     AND m.kind IN ('council', 'assembly') AND a.deleted_at IS NULL AND a.visibility = 'public'
               ORDER BY m.held_on, m.id, a.position";
    let fact = |row: &QueryResult| {
        Ok(TopicFact {
            id: row.try_get("", "id")?,
            meeting: row.try_get("", "meeting_id")?,
            position: row.try_get("", "position")?,
            report_phrase: row.try_get("", "report_phrase")?,
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
        let others: Json = row.try_get("", "other_names")?;
        let others: Vec<OtherName> =
            serde_json::from_value(others).map_err(|error| DbErr::Type(error.to_string()))?;
        let (name, genitive) = match former_name_on(&others, row.try_get("", "held_on")?) {
            Some(former) => (former.name.clone(), former.name_genitive.clone()),
            None => (row.try_get("", "name")?, row.try_get("", "name_genitive")?),
        };
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
    let sql = "SELECT id, number, adopted_on, title FROM recommendation
               WHERE partnership_id = $1 AND adopted_on >= $2 AND adopted_on <= $3 AND deleted_at IS NULL
                     AND status NOT IN ('draft', 'under_consultation', 'rejected', 'withdrawn')
               ORDER BY adopted_on, id";
    let fact = |row: &QueryResult| {
        Ok(RecommendationFact {
            id: row.try_get("", "id")?,
            number: row.try_get("", "number")?,
            adopted_on: row.try_get("", "adopted_on")?,
            title: row.try_get("", "title")?,
            implementations: Vec::new(),
        })
    };
    let mut facts = ask.facts(sql, fact).await?;
    let sql = "SELECT i.id, i.recommendation_id, i.completed_on, i.report_text, i.goal_text
               FROM implementation i JOIN recommendation r ON r.id = i.recommendation_id
               WHERE r.partnership_id = $1 AND r.adopted_on >= $2 AND r.adopted_on <= $3 AND i.deleted_at IS NULL
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
    let sql = "SELECT p.id, p.communique_id, p.institution_id, p.posted_on
               FROM posting p JOIN communique c ON c.id = p.communique_id
               WHERE p.partnership_id = $1 AND p.posted_on >= $2 AND p.posted_on <= $3 AND p.deleted_at IS NULL
                     AND p.status IN ('reported', 'verified', 'broken') AND c.deleted_at IS NULL
                     AND EXISTS (SELECT 1 FROM signatory s
                         WHERE s.partnership_id = p.partnership_id AND s.institution_id = p.institution_id
                           AND s.deleted_at IS NULL AND s.status <> 'applied'
                           AND s.effective_from <= p.posted_on AND (s.withdrawn_on IS NULL OR s.withdrawn_on > p.posted_on)
                           AND NOT EXISTS (SELECT 1 FROM signatory_suspension x
                               WHERE x.signatory_id = s.id AND x.starts_on <= p.posted_on
                                 AND (x.ends_on IS NULL OR x.ends_on > p.posted_on)))
               ORDER BY p.id";
    let fact = |row: &QueryResult| {
        Ok(PostingFact {
            id: row.try_get("", "id")?,
            communique: row.try_get("", "communique_id")?,
            institution: row.try_get("", "institution_id")?,
            posted_on: row.try_get("", "posted_on")?,
            signatory_on_the_day: true,
        })
    };
    ask.facts(sql, fact).await
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
