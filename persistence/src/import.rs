//! Stores a data file that was read without a fault: all of it or nothing, and nothing twice.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::exchange::good_practice::GoodPractice;
use domain::fault::{Fault, Rule};
use domain::followup::commitment::Commitment;
use domain::followup::effect::Effect;
use domain::followup::fulfilment::Fulfilment;
use domain::followup::implementation::Implementation;
use domain::followup::recommendation::{self, Recommendation, Vote};
use domain::governance::body::{Body, BodyRules};
use domain::governance::mandate::{CHAIR, Mandate};
use domain::governance::term::Term;
use domain::import::{Addressee, Dataset, MeetingRow, RecommendationRow};
use domain::institution::{Institution, SectorSince};
use domain::meeting::Meeting;
use domain::meeting::agenda_item::AgendaItem;
use domain::meeting::attendance::Attendance;
use domain::meeting::output::Output;
use domain::outreach::communique::Communique;
use domain::outreach::posting::Posting;
use domain::partnership::Partnership;
use domain::record::Versioned;
use domain::signatory::{Signatory, Withdrawal};
use domain::slug::Slug;
use sea_orm::Condition;
use sea_orm::sea_query::{Expr, ExprTrait};
use uuid::Uuid;

use crate::governance::mandate;
use crate::record::{self, Stored};
use crate::{RepoError, Tx};

/// What an import did to one collection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Recorded for the first time.
    pub created: u32,
    /// Changed.
    pub updated: u32,
    /// As they were.
    pub unchanged: u32,
}

/// Why a readable file is not stored.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// It contradicts what is stored already.
    #[error("the file contradicts what is stored")]
    Faults(Vec<Fault>),
    /// The database did not take it.
    #[error(transparent)]
    Repo(#[from] RepoError),
}

/// Stores the records of a file in this transaction, with counts by the names of its collections.
pub async fn apply(
    tx: &Tx,
    dataset: &Dataset,
    new_id: fn() -> Uuid,
) -> Result<Vec<(&'static str, Counts)>, ApplyError> {
    let mut import = Import {
        tx,
        new_id,
        partnership: Uuid::nil(),
        ids: HashMap::new(),
        counts: Vec::new(),
    };
    import.institutions(dataset).await?;
    import.partnership(dataset).await?;
    import.memberships(dataset).await?;
    import.bodies(dataset).await?;
    import.meetings(dataset).await?;
    import.council(dataset).await?;
    import.good_practices(dataset).await?;
    import.recommendations(dataset).await?;
    import.duties(dataset).await?;
    import.outreach(dataset).await?;
    Ok(import.counts)
}

struct Import<'a> {
    tx: &'a Tx,
    new_id: fn() -> Uuid,
    partnership: Uuid,
    /// Ids by kind and slug.
    ids: HashMap<(&'static str, String), Uuid>,
    counts: Vec<(&'static str, Counts)>,
}

/// The stored records of a kind by their natural key.
type Known<T> = HashMap<String, Versioned<T>>;

impl Import<'_> {
    async fn known<T: Stored>(&self, key: impl Fn(&T) -> String) -> Result<Known<T>, RepoError> {
        let scope =
            Condition::all().add(ExprTrait::eq(Expr::col("partnership_id"), self.partnership));
        let stored = record::every::<T>(self.tx, scope).await?;
        Ok(stored
            .into_iter()
            .map(|record| (key(&record.value), record))
            .collect())
    }

    /// Stores one record: as a new one, or as a change of the known one, of which what the file does not carry is kept.
    async fn put<T: Stored>(
        &self,
        counts: &mut Counts,
        known: Option<Versioned<T>>,
        value: impl FnOnce(Option<&T>) -> T,
    ) -> Result<Uuid, RepoError> {
        let Some(known) = known else {
            let id = (self.new_id)();
            record::insert(self.tx, id, value(None)).await?;
            counts.created += 1;
            return Ok(id);
        };
        let (id, version) = (known.head.id, known.head.version);
        let after = value(Some(&known.value));
        let stored = record::update(self.tx, known, after).await?;
        if stored.head.version == version {
            counts.unchanged += 1;
        } else {
            counts.updated += 1;
        }
        Ok(id)
    }

    fn id(&self, kind: &'static str, slug: &str) -> Option<Uuid> {
        self.ids.get(&(kind, slug.to_owned())).copied()
    }

    /// The id of a record that the file names, which reading it has proved to be there.
    fn required(&self, kind: &'static str, slug: &str) -> Result<Uuid, RepoError> {
        self.id(kind, slug).ok_or(RepoError::Reference)
    }

    fn remember(&mut self, kind: &'static str, slug: &str, id: Uuid) {
        self.ids.insert((kind, slug.to_owned()), id);
    }

    async fn institutions(&mut self, dataset: &Dataset) -> Result<(), ApplyError> {
        let stored = record::every::<Institution>(self.tx, Condition::all()).await?;
        let mut by_regon: HashMap<String, Versioned<Institution>> = HashMap::new();
        let mut by_slug: HashMap<String, Versioned<Institution>> = HashMap::new();
        for record in stored {
            if let Some(regon) = &record.value.regon {
                by_regon.insert(regon.clone(), record.clone());
            }
            by_slug.insert(record.value.slug.clone(), record);
        }
        let (mut counts, mut faults) = (Counts::default(), Vec::new());
        let today = self.tx.now().date_naive();
        for (index, row) in dataset.institutions.iter().enumerate() {
            let same_regon = row
                .regon
                .as_ref()
                .and_then(|regon| by_regon.get(regon))
                .cloned();
            let same_slug = by_slug.get(&row.slug).cloned();
            let other_regon = |known: &Versioned<Institution>| {
                known.value.regon.is_some() && known.value.regon != row.regon
            };
            if same_regon.is_none() && same_slug.as_ref().is_some_and(other_regon) {
                let pointer = format!("/institutions/{index}/regon");
                faults.push(Fault::at(pointer, Rule::Conflict));
                continue;
            }
            let known = same_regon.or(same_slug);
            let id = self
                .put(&mut counts, known, |known| institution(row, known, today))
                .await?;
            self.remember("institution", &row.slug, id);
        }
        self.counts.push(("institutions", counts));
        if faults.is_empty() {
            Ok(())
        } else {
            Err(ApplyError::Faults(faults))
        }
    }

    async fn partnership(&mut self, dataset: &Dataset) -> Result<(), RepoError> {
        let stored = record::every::<Partnership>(self.tx, Condition::all()).await?;
        let known = stored
            .into_iter()
            .find(|known| known.value.slug == dataset.partnership.slug);
        let secretariat = dataset
            .secretariat
            .as_deref()
            .and_then(|slug| self.id("institution", slug));
        let mut counts = Counts::default();
        self.partnership = self
            .put(&mut counts, known, |known| {
                let mut value = dataset.partnership.clone();
                value.secretariat.institution_id = secretariat;
                if let Some(known) = known {
                    value.licence.clone_from(&known.licence);
                    value.external_ids.clone_from(&known.external_ids);
                }
                value
            })
            .await?;
        // The file brings numbers of its own: whoever gives the next one waits until they can be seen.
        self.tx.take_turn(self.partnership).await?;
        self.counts.push(("partnership", counts));
        Ok(())
    }

    async fn memberships(&mut self, dataset: &Dataset) -> Result<(), RepoError> {
        let mut known = self
            .known::<Signatory>(|value| format!("{}@{}", value.institution_id, value.signed_on))
            .await?;
        let mut counts = Counts::default();
        for row in &dataset.memberships {
            let institution_id = self.required("institution", &row.institution)?;
            let known = known.remove(&format!("{institution_id}@{}", row.signed_on));
            let now = self.tx.now();
            self.put(&mut counts, known, |known| {
                let value = Signatory {
                    partnership_id: self.partnership,
                    institution_id,
                    status: row.status.clone(),
                    signed_on: row.signed_on,
                    signing_form: row.signing_form.clone(),
                    effective_from: row.signed_on,
                    withdrawal: row.withdrawn_on.map(|effective_on| {
                        let before = known.and_then(|known| known.withdrawal.clone());
                        Withdrawal {
                            effective_on,
                            notified_on: before.as_ref().and_then(|before| before.notified_on),
                            reason: before.and_then(|before| before.reason),
                        }
                    }),
                    standing_since: now,
                    external_ids: known
                        .map(|known| known.external_ids.clone())
                        .unwrap_or_default(),
                };
                value.standing_since(known, now, now.date_naive())
            })
            .await?;
        }
        self.counts.push(("memberships", counts));
        Ok(())
    }

    /// The council, and the external bodies that meetings and recommendations name. They are no collection of the file.
    async fn bodies(&mut self, dataset: &Dataset) -> Result<(), RepoError> {
        let mut known = self.known::<Body>(|value| value.slug.clone()).await?;
        let mut wanted = vec![(
            "rada-programowa".to_owned(),
            "Rada Programowa".to_owned(),
            "council",
        )];
        let met = dataset
            .meetings
            .iter()
            .filter_map(|meeting| meeting.external_body.as_deref());
        let addressed = dataset
            .recommendations
            .iter()
            .flat_map(|row| &row.addressees)
            .filter_map(|addressee| match addressee {
                Addressee::Body(name) => Some(name.as_str()),
                _ => None,
            });
        for name in met.chain(addressed) {
            let slug = Slug::from_title(name).to_string();
            if !wanted.iter().any(|(known, ..)| *known == slug) {
                wanted.push((slug, name.to_owned(), "external"));
            }
        }
        let mut counts = Counts::default();
        for (slug, name, kind) in wanted {
            let known = known.remove(&slug);
            let id = self
                .put(&mut counts, known, |known| match known {
                    Some(known) => known.clone(),
                    None => Body {
                        partnership_id: self.partnership,
                        slug: slug.clone(),
                        name,
                        kind: kind.to_owned(),
                        parent_id: None,
                        purpose: None,
                        rules: BodyRules::default(),
                        owner_id: None,
                        legal_basis: None,
                        external_ids: Vec::new(),
                    },
                })
                .await?;
            self.remember("body", &slug, id);
        }
        Ok(())
    }

    async fn meetings(&mut self, dataset: &Dataset) -> Result<(), RepoError> {
        let mut outputs = self.known::<Output>(|value| value.slug.clone()).await?;
        let mut parts = Counts::default();
        for row in dataset.meetings.iter().flat_map(|meeting| &meeting.outputs) {
            if self.id("output", &row.slug).is_some() {
                continue;
            }
            let known = outputs.remove(&row.slug);
            let id = self
                .put(&mut parts, known, |known| Output {
                    partnership_id: self.partnership,
                    slug: row.slug.clone(),
                    report_phrase: row.report_phrase.clone(),
                    external_ids: known
                        .map(|known| known.external_ids.clone())
                        .unwrap_or_default(),
                })
                .await?;
            self.remember("output", &row.slug, id);
        }
        let mut known = self.known::<Meeting>(|value| value.slug.clone()).await?;
        let mut counts = Counts::default();
        for row in &dataset.meetings {
            let body = match row.external_body.as_deref() {
                Some(name) => self.id("body", Slug::from_title(name).as_str()),
                None if row.kind == "council" => self.id("body", "rada-programowa"),
                None => None,
            };
            let host = row
                .host_institution
                .as_deref()
                .and_then(|slug| self.id("institution", slug));
            let made: Vec<Uuid> = row
                .outputs
                .iter()
                .filter_map(|output| self.id("output", &output.slug))
                .collect();
            let known = known.remove(&row.slug);
            let id = self
                .put(&mut counts, known, |known| {
                    meeting(self.partnership, row, body, host, made, known)
                })
                .await?;
            self.remember("meeting", &row.slug, id);
        }
        self.counts.push(("meetings", counts));
        self.agendas(dataset).await?;
        self.attendance(dataset).await
    }

    async fn agendas(&self, dataset: &Dataset) -> Result<(), RepoError> {
        let mut known = self
            .known::<AgendaItem>(|value| format!("{}/{}", value.meeting_id, value.slug))
            .await?;
        let mut counts = Counts::default();
        for meeting in &dataset.meetings {
            let meeting_id = self.required("meeting", &meeting.slug)?;
            for (position, row) in (1..).zip(&meeting.topics) {
                let known = known.remove(&format!("{meeting_id}/{}", row.slug));
                self.put(&mut counts, known, |known| AgendaItem {
                    partnership_id: self.partnership,
                    meeting_id,
                    slug: row.slug.clone(),
                    position,
                    title: row.title.clone(),
                    report_phrase: row.report_phrase.clone(),
                    presenter_id: known.and_then(|known| known.presenter_id),
                    visibility: known
                        .map_or_else(|| "public".to_owned(), |known| known.visibility.clone()),
                    external_ids: known
                        .map(|known| known.external_ids.clone())
                        .unwrap_or_default(),
                })
                .await?;
            }
        }
        Ok(())
    }

    async fn attendance(&self, dataset: &Dataset) -> Result<(), RepoError> {
        let mut known = self
            .known::<Attendance>(|value| format!("{}/{}", value.meeting_id, value.institution_id))
            .await?;
        let mut counts = Counts::default();
        for meeting in &dataset.meetings {
            let meeting_id = self.required("meeting", &meeting.slug)?;
            for slug in &meeting.attendance {
                let institution_id = self.required("institution", slug)?;
                let known = known.remove(&format!("{meeting_id}/{institution_id}"));
                self.put(&mut counts, known, |known| match known {
                    Some(known) => known.clone(),
                    None => Attendance {
                        partnership_id: self.partnership,
                        meeting_id,
                        institution_id,
                        status: "present".to_owned(),
                        external_ids: Vec::new(),
                    },
                })
                .await?;
            }
        }
        Ok(())
    }

    async fn council(&mut self, dataset: &Dataset) -> Result<(), ApplyError> {
        let body_id = self.required("body", "rada-programowa")?;
        let mut known = self.known::<Term>(|value| value.slug.clone()).await?;
        let mut counts = Counts::default();
        for row in &dataset.terms {
            let elected_at_id = row
                .elected_at
                .as_deref()
                .and_then(|slug| self.id("meeting", slug));
            let known = known.remove(&row.slug);
            let id = self
                .put(&mut counts, known, |known| Term {
                    partnership_id: self.partnership,
                    body_id,
                    slug: row.slug.clone(),
                    starts_on: row.starts_on,
                    ends_on: row.ends_on,
                    seats: Some(row.seats),
                    quorum_rule: Some(row.quorum_rule.clone()),
                    majority_rule: Some(row.majority_rule.clone()),
                    elected_at_id,
                    external_ids: known
                        .map(|known| known.external_ids.clone())
                        .unwrap_or_default(),
                })
                .await?;
            self.remember("term", &row.slug, id);
        }
        self.counts.push(("council_terms", counts));
        let mut known = self
            .known::<Mandate>(|value| format!("{}/{}", value.term_id, value.institution_id))
            .await?;
        let (mut counts, mut chairs) = (Counts::default(), Vec::new());
        for (index, row) in dataset.mandates.iter().enumerate() {
            let term_id = self.required("term", &row.term)?;
            let institution_id = self.required("institution", &row.institution)?;
            let known = known.remove(&format!("{term_id}/{institution_id}"));
            let id = self
                .put(&mut counts, known, |known| Mandate {
                    partnership_id: self.partnership,
                    term_id,
                    institution_id,
                    role: row.role.clone(),
                    starts_on: row.starts_on,
                    ends_on: row.ends_on,
                    end_reason: known.and_then(|known| known.end_reason.clone()),
                    external_ids: known
                        .map(|known| known.external_ids.clone())
                        .unwrap_or_default(),
                })
                .await?;
            if row.role == CHAIR {
                chairs.push((index, id));
            }
        }
        self.counts.push(("council_seats", counts));
        self.check_chairs(body_id, chairs).await
    }

    /// Refuses a chair of the file while the council has another one, whom the file does not name.
    async fn check_chairs(&self, body: Uuid, chairs: Vec<(usize, Uuid)>) -> Result<(), ApplyError> {
        self.tx.take_turn(self.partnership).await?;
        let mut faults = Vec::new();
        for (index, id) in chairs {
            let found = record::of_ids::<Mandate>(self.tx, [id]).await?.pop();
            let Versioned { value: chair, .. } = found.ok_or(RepoError::Reference)?;
            let term = record::of_ids::<Term>(self.tx, [chair.term_id])
                .await?
                .pop();
            let term = term.ok_or(RepoError::Reference)?.value;
            let others = mandate::chairs(body, chair.starts_on, chair.last_day(&term));
            if record::exists_besides::<Mandate>(self.tx, Some(id), others).await? {
                faults.push(Fault::at(
                    format!("/council_seats/{index}/role"),
                    Rule::Overlap,
                ));
            }
        }
        match faults.is_empty() {
            true => Ok(()),
            false => Err(ApplyError::Faults(faults)),
        }
    }

    async fn good_practices(&mut self, dataset: &Dataset) -> Result<(), RepoError> {
        let mut known = self
            .known::<GoodPractice>(|value| value.slug.clone())
            .await?;
        let mut counts = Counts::default();
        for (position, row) in (1..).zip(&dataset.good_practices) {
            let owner_id = self.required("institution", &row.owner)?;
            let presented = row
                .presented_at
                .as_deref()
                .and_then(|slug| self.id("meeting", slug));
            let known = known.remove(&row.slug);
            self.put(&mut counts, known, |known| {
                let mut presented_at = known
                    .map(|known| known.presented_at.clone())
                    .unwrap_or_default();
                presented_at.extend(presented.filter(|meeting| !presented_at.contains(meeting)));
                let kept = |text: fn(&GoodPractice) -> &Option<String>| {
                    known.and_then(|known| text(known).clone())
                };
                GoodPractice {
                    partnership_id: self.partnership,
                    slug: row.slug.clone(),
                    title: row.title.clone(),
                    owner_id,
                    status: known
                        .map_or_else(|| "published".to_owned(), |known| known.status.clone()),
                    position,
                    problem: kept(|known| &known.problem),
                    solution: kept(|known| &known.solution),
                    evidence: kept(|known| &known.evidence),
                    transferability: kept(|known| &known.transferability),
                    lessons: kept(|known| &known.lessons),
                    presented_at,
                    external_ids: known
                        .map(|known| known.external_ids.clone())
                        .unwrap_or_default(),
                }
            })
            .await?;
        }
        self.counts.push(("good_practices", counts));
        Ok(())
    }

    fn addressees(&self, row: &RecommendationRow) -> Vec<recommendation::Addressee> {
        let to = |sector, institution_id, body_id| recommendation::Addressee {
            sector,
            institution_id,
            body_id,
            due_on: None,
        };
        row.addressees
            .iter()
            .map(|addressee| match addressee {
                Addressee::Sector(code) => to(Some(code.clone()), None, None),
                Addressee::Institution(slug) => to(None, self.id("institution", slug), None),
                Addressee::Body(name) => {
                    to(None, None, self.id("body", Slug::from_title(name).as_str()))
                }
            })
            .collect()
    }

    async fn recommendations(&mut self, dataset: &Dataset) -> Result<(), RepoError> {
        let mut known = self
            .known::<Recommendation>(|value| value.slug.clone())
            .await?;
        let mut counts = Counts::default();
        for row in &dataset.recommendations {
            let adopted_at_id = row
                .adopted_at
                .as_deref()
                .and_then(|slug| self.id("meeting", slug));
            let addressees = self.addressees(row);
            let known = known.remove(&row.slug);
            let id = self
                .put(&mut counts, known, |known| Recommendation {
                    partnership_id: self.partnership,
                    slug: row.slug.clone(),
                    kind: known
                        .map_or_else(|| "recommendation".to_owned(), |known| known.kind.clone()),
                    number: row.number.clone(),
                    title: row.title.clone(),
                    text: known.and_then(|known| known.text.clone()),
                    rationale: known.and_then(|known| known.rationale.clone()),
                    status: row.status.clone(),
                    adopted_on: row.adopted_on,
                    adopted_at_id,
                    recorded_later: row.recorded_later
                        || known.is_some_and(|known| known.recorded_later),
                    vote: row.vote.as_ref().map(|vote| Vote {
                        r#for: vote.votes_for,
                        against: vote.votes_against,
                        abstain: vote.votes_abstain,
                        present: vote.present,
                        seats: vote.seats,
                    }),
                    target_groups: row.target_groups.clone(),
                    addressees,
                    proposed_by: known.and_then(|known| known.proposed_by),
                    external_ids: known
                        .map(|known| known.external_ids.clone())
                        .unwrap_or_default(),
                })
                .await?;
            self.remember("recommendation", &row.slug, id);
        }
        self.counts.push(("recommendations", counts));
        self.implementations(dataset).await
    }

    async fn implementations(&self, dataset: &Dataset) -> Result<(), RepoError> {
        let mut known = self
            .known::<Implementation>(|value| value.slug.clone())
            .await?;
        let mut counts = Counts::default();
        for recommendation in &dataset.recommendations {
            let recommendation_id = self.required("recommendation", &recommendation.slug)?;
            for (position, row) in (1..).zip(&recommendation.implementations) {
                let meeting_id = row
                    .meeting
                    .as_deref()
                    .and_then(|slug| self.id("meeting", slug));
                let known = known.remove(&row.slug);
                self.put(&mut counts, known, |known| Implementation {
                    partnership_id: self.partnership,
                    recommendation_id,
                    slug: row.slug.clone(),
                    kind: row.kind.clone(),
                    position,
                    meeting_id,
                    owner_id: known.and_then(|known| known.owner_id),
                    completed_on: row.completed_on,
                    report_text: row.report_text.clone(),
                    goal_text: row.goal_text.clone(),
                    external_ids: known
                        .map(|known| known.external_ids.clone())
                        .unwrap_or_default(),
                })
                .await?;
            }
        }
        Ok(())
    }

    async fn duties(&mut self, dataset: &Dataset) -> Result<(), RepoError> {
        let mut known = self.known::<Commitment>(|value| value.slug.clone()).await?;
        let mut counts = Counts::default();
        for (position, row) in (1..).zip(&dataset.commitments) {
            let recommendation_id = self.id("recommendation", &row.recommendation);
            let known = known.remove(&row.slug);
            let id = self
                .put(&mut counts, known, |known| Commitment {
                    partnership_id: self.partnership,
                    slug: row.slug.clone(),
                    recommendation_id,
                    min_count: row.min_count,
                    channel: row.channel.clone(),
                    party_kinds: row.party_kinds.clone(),
                    report_text: row.report_text.clone(),
                    starts_on: row.starts_on,
                    ends_on: known.and_then(|known| known.ends_on),
                    position,
                    external_ids: known
                        .map(|known| known.external_ids.clone())
                        .unwrap_or_default(),
                })
                .await?;
            self.remember("commitment", &row.slug, id);
        }
        self.counts.push(("commitments", counts));
        let key = |commitment: Uuid, meeting: Option<Uuid>| {
            format!("{commitment}/{}", meeting.unwrap_or_default())
        };
        let mut known = self
            .known::<Fulfilment>(|value| key(value.commitment_id, value.meeting_id))
            .await?;
        let mut counts = Counts::default();
        for row in &dataset.fulfilments {
            let commitment_id = self.required("commitment", &row.commitment)?;
            let meeting_id = Some(self.required("meeting", &row.meeting)?);
            let known = known.remove(&key(commitment_id, meeting_id));
            self.put(&mut counts, known, |known| Fulfilment {
                partnership_id: self.partnership,
                commitment_id,
                meeting_id,
                fulfilled_on: row.fulfilled_on,
                note: known.and_then(|known| known.note.clone()),
                external_ids: known
                    .map(|known| known.external_ids.clone())
                    .unwrap_or_default(),
            })
            .await?;
        }
        self.counts.push(("commitment_fulfilments", counts));
        let mut known = self.known::<Effect>(|value| value.slug.clone()).await?;
        let mut counts = Counts::default();
        for row in &dataset.effects {
            let known = known.remove(&row.slug);
            self.put(&mut counts, known, |known| Effect {
                partnership_id: self.partnership,
                slug: row.slug.clone(),
                period_from: row.period.from(),
                period_to: row.period.to(),
                position: row.position,
                report_text: row.report_text.clone(),
                external_ids: known
                    .map(|known| known.external_ids.clone())
                    .unwrap_or_default(),
            })
            .await?;
        }
        self.counts.push(("effects", counts));
        Ok(())
    }

    async fn outreach(&mut self, dataset: &Dataset) -> Result<(), RepoError> {
        let mut known = self.known::<Communique>(|value| value.slug.clone()).await?;
        let mut counts = Counts::default();
        for row in &dataset.communiques {
            let known = known.remove(&row.slug);
            let id = self
                .put(&mut counts, known, |known| Communique {
                    partnership_id: self.partnership,
                    slug: row.slug.clone(),
                    number: row.number.clone(),
                    title: row.title.clone(),
                    body: known.and_then(|known| known.body.clone()),
                    status: row.status.clone(),
                    released_on: row.released_on,
                    external_ids: known
                        .map(|known| known.external_ids.clone())
                        .unwrap_or_default(),
                })
                .await?;
            self.remember("communique", &row.slug, id);
        }
        self.counts.push(("communiques", counts));
        let mut known = self
            .known::<Posting>(|value| format!("{}/{}", value.communique_id, value.institution_id))
            .await?;
        let mut counts = Counts::default();
        for row in &dataset.postings {
            let communique_id = self.required("communique", &row.communique)?;
            let institution_id = self.required("institution", &row.institution)?;
            let known = known.remove(&format!("{communique_id}/{institution_id}"));
            self.put(&mut counts, known, |known| Posting {
                partnership_id: self.partnership,
                communique_id,
                institution_id,
                status: posting_status(known),
                posted_on: Some(row.posted_on),
                url: Some(row.url.clone()),
                external_ids: known
                    .map(|known| known.external_ids.clone())
                    .unwrap_or_default(),
            })
            .await?;
        }
        self.counts.push(("communique_publications", counts));
        Ok(())
    }
}

/// What is posted is reported, unless more is known of it.
fn posting_status(known: Option<&Posting>) -> String {
    match known.map(|known| known.status.as_str()) {
        None | Some("expected" | "notified" | "waived") => "reported".to_owned(),
        Some(status) => status.to_owned(),
    }
}

/// An institution of the file; of a known one, what the file cannot carry is kept.
fn institution(row: &Institution, known: Option<&Institution>, today: NaiveDate) -> Institution {
    let Some(known) = known else {
        return row.clone();
    };
    let mut sector_history = known.sector_history.clone();
    if let (Some(last), Some(named)) = (sector_history.last_mut(), row.sector_history.last()) {
        let changed = last.sector != named.sector;
        if changed && last.valid_from.is_some_and(|since| since < today) {
            // What was dated stands: reports of the past count by it.
            sector_history.push(SectorSince {
                sector: named.sector.clone(),
                valid_from: Some(today),
            });
        } else {
            last.sector.clone_from(&named.sector);
        }
    }
    Institution {
        sector_history,
        slug: known.slug.clone(),
        other_names: known.other_names.clone(),
        street_address: known.street_address.clone(),
        phone: known.phone.clone(),
        operator_id: known.operator_id,
        status: known.status.clone(),
        successor_id: known.successor_id,
        external_ids: known.external_ids.clone(),
        ..row.clone()
    }
}

/// A meeting of the file; of a known one, what the file cannot carry is kept.
fn meeting(
    partnership_id: Uuid,
    row: &MeetingRow,
    body_id: Option<Uuid>,
    host_institution_id: Option<Uuid>,
    outputs: Vec<Uuid>,
    known: Option<&Meeting>,
) -> Meeting {
    let same_day = known.filter(|known| known.held_on == row.held_on);
    Meeting {
        partnership_id,
        slug: row.slug.clone(),
        kind: row.kind.clone(),
        status: row.status.clone(),
        body_id,
        own_role: row.own_role.clone(),
        title: row.title.clone(),
        held_on: row.held_on,
        // The times are those of the known day.
        starts_at: same_day.and_then(|known| known.starts_at),
        ends_at: same_day.and_then(|known| known.ends_at),
        mode: row.mode.clone(),
        town: row.town.clone(),
        location: known.and_then(|known| known.location.clone()),
        host_institution_id,
        quorum_required: row.quorum_required,
        target_sectors: row.target_sectors.clone(),
        target_kinds: row.target_kinds.clone(),
        funding_programmes: row.funding_programmes.clone(),
        outputs,
        external_ids: known
            .map(|known| known.external_ids.clone())
            .unwrap_or_default(),
    }
}
