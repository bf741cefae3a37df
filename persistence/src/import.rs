//! Stores a data file that was checked and has no fault: all of it or nothing, and nothing twice. Its rows are read, compared
//! with what is stored and written a batch at a time.

use std::collections::{BTreeMap, HashMap};
use std::io::{Read, Seek};

use chrono::NaiveDate;
use domain::exchange::good_practice::GoodPractice;
use domain::fault::{FaultList, Rule};
use domain::followup::commitment::Commitment;
use domain::followup::effect::Effect;
use domain::followup::fulfilment::Fulfilment;
use domain::followup::implementation::Implementation;
use domain::followup::recommendation::{self, Recommendation, Vote};
use domain::governance::body::Body;
use domain::governance::mandate::{CHAIR, Mandate};
use domain::governance::term::Term;
use domain::import::{Addressee, Dataset, ImportError, MeetingRow, RecommendationRow};
use domain::institution::{Address, Institution, SectorSince};
use domain::link::{Link, Links};
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

/// How many rows of a file are stored together. One row may be half a megabyte long.
const BATCH: usize = 50;

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
    Faults(FaultList),
    /// It could not be read a second time.
    #[error(transparent)]
    File(#[from] ImportError),
    /// The database did not take it.
    #[error(transparent)]
    Repo(#[from] RepoError),
}

/// Stores the records of a file in this transaction, with counts by the names of its collections.
pub async fn apply<R: Read + Seek>(
    tx: &Tx,
    dataset: &mut Dataset<R>,
    new_id: fn() -> Uuid,
) -> Result<Vec<(&'static str, Counts)>, ApplyError> {
    let mut import = Import {
        tx,
        new_id,
        partnership: Uuid::nil(),
        ids: BTreeMap::new(),
        counts: Vec::new(),
    };
    import.institutions(dataset).await?;
    import.partnership(dataset).await?;
    import.memberships(dataset).await?;
    import.council_body().await?;
    import.meetings(dataset).await?;
    import.terms(dataset).await?;
    import.mandates(dataset).await?;
    import.good_practices(dataset).await?;
    import.recommendations(dataset).await?;
    import.commitments(dataset).await?;
    import.fulfilments(dataset).await?;
    import.effects(dataset).await?;
    import.communiques(dataset).await?;
    import.postings(dataset).await?;
    Ok(import.counts)
}

struct Import<'a> {
    tx: &'a Tx,
    new_id: fn() -> Uuid,
    partnership: Uuid,
    /// Ids by kind and slug.
    ids: BTreeMap<&'static str, HashMap<Box<str>, Uuid>>,
    counts: Vec<(&'static str, Counts)>,
}

/// The stored records of a kind by their natural key.
type Known<T> = HashMap<String, Versioned<T>>;

/// The next rows; none when there are no more.
fn batch<T>(
    rows: &mut impl Iterator<Item = Result<T, ImportError>>,
) -> Result<Option<Vec<T>>, ImportError> {
    let batch = rows.take(BATCH).collect::<Result<Vec<T>, _>>()?;
    Ok((!batch.is_empty()).then_some(batch))
}

/// Those of which a column has one of some values.
fn having<V: Into<sea_orm::Value>>(
    column: &'static str,
    values: impl IntoIterator<Item = V>,
) -> Condition {
    Condition::all().add(Expr::col(column).is_in(values))
}

impl Import<'_> {
    /// The records of the partnership among some, by a key.
    async fn known<T: Stored>(
        &self,
        among: Condition,
        key: impl Fn(&T) -> String,
    ) -> Result<Known<T>, RepoError> {
        let here = ExprTrait::eq(Expr::col("partnership_id"), self.partnership);
        let stored = record::every::<T>(self.tx, among.add(here)).await?;
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
        self.ids.get(kind)?.get(slug).copied()
    }

    /// The id of a record that the file names, which reading it has proved to be there.
    fn required(&self, kind: &'static str, slug: &str) -> Result<Uuid, RepoError> {
        self.id(kind, slug).ok_or(RepoError::Reference)
    }

    fn remember(&mut self, kind: &'static str, slug: &str, id: Uuid) {
        self.ids.entry(kind).or_default().insert(slug.into(), id);
    }

    async fn institutions<R: Read + Seek>(
        &mut self,
        dataset: &mut Dataset<R>,
    ) -> Result<(), ApplyError> {
        let (mut counts, mut faults) = (Counts::default(), FaultList::default());
        let today = self.tx.now().date_naive();
        let mut index = 0;
        let mut rows = dataset.institutions();
        while let Some(batch) = batch(&mut rows)? {
            let slugs = batch.iter().map(|row| row.slug.as_str());
            let regons = batch.iter().filter_map(|row| row.regon.as_deref());
            let among = Condition::any()
                .add(having("slug", slugs))
                .add(having("regon", regons));
            let mut by_regon: HashMap<String, Versioned<Institution>> = HashMap::new();
            let mut by_slug: HashMap<String, Versioned<Institution>> = HashMap::new();
            for record in record::every::<Institution>(self.tx, among).await? {
                if let Some(regon) = &record.value.regon {
                    by_regon.insert(regon.clone(), record.clone());
                }
                by_slug.insert(record.value.slug.clone(), record);
            }
            for row in &batch {
                let pointer = format!("/institutions/{index}/regon");
                index += 1;
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
                    faults.add(pointer, Rule::Conflict);
                    continue;
                }
                let known = same_regon.or(same_slug);
                let id = self
                    .put(&mut counts, known, |known| institution(row, known, today))
                    .await?;
                self.remember("institution", &row.slug, id);
            }
        }
        self.counts.push(("institutions", counts));
        if faults.total == 0 {
            Ok(())
        } else {
            Err(ApplyError::Faults(faults))
        }
    }

    async fn partnership<R>(&mut self, dataset: &Dataset<R>) -> Result<(), RepoError> {
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
                value.secretariat.institution = secretariat.map(Link::to);
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

    async fn memberships<R: Read + Seek>(
        &mut self,
        dataset: &mut Dataset<R>,
    ) -> Result<(), ApplyError> {
        let mut counts = Counts::default();
        let mut rows = dataset.memberships();
        while let Some(batch) = batch(&mut rows)? {
            let institutions = batch
                .iter()
                .filter_map(|row| self.id("institution", &row.institution));
            let mut known = self
                .known::<Signatory>(having("institution_id", institutions), |value| {
                    format!("{}@{}", value.institution.id, value.signed_on)
                })
                .await?;
            for row in &batch {
                let institution_id = self.required("institution", &row.institution)?;
                let known = known.remove(&format!("{institution_id}@{}", row.signed_on));
                let now = self.tx.now();
                self.put(&mut counts, known, |known| {
                    let value = Signatory {
                        partnership_id: self.partnership,
                        institution: Link::to(institution_id),
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
        }
        self.counts.push(("memberships", counts));
        Ok(())
    }

    /// The council. It is no collection of the file.
    async fn council_body(&mut self) -> Result<(), RepoError> {
        self.bodies("council", &["Rada Programowa"]).await
    }

    /// Bodies that the file names, each once, as the product's own or as external ones. They are no collection of the file.
    async fn bodies(&mut self, kind: &str, names: &[&str]) -> Result<(), RepoError> {
        let mut wanted = BTreeMap::new();
        for name in names {
            let slug = Slug::from_title(name).to_string();
            if self.id("body", &slug).is_none() {
                wanted.entry(slug).or_insert(*name);
            }
        }
        let among = having("slug", wanted.keys().map(String::as_str));
        let mut known = self
            .known::<Body>(among, |value| value.slug.clone())
            .await?;
        let mut counts = Counts::default();
        for (slug, name) in wanted {
            let known = known.remove(&slug);
            let id = self
                .put(&mut counts, known, |known| match known {
                    Some(known) => known.clone(),
                    None => Body {
                        partnership_id: self.partnership,
                        slug: slug.clone(),
                        name: name.to_owned(),
                        kind: kind.to_owned(),
                        ..Body::default()
                    },
                })
                .await?;
            self.remember("body", &slug, id);
        }
        Ok(())
    }

    async fn meetings<R: Read + Seek>(
        &mut self,
        dataset: &mut Dataset<R>,
    ) -> Result<(), ApplyError> {
        let mut counts = Counts::default();
        let mut rows = dataset.meetings();
        while let Some(batch) = batch(&mut rows)? {
            let met = batch
                .iter()
                .filter_map(|meeting| meeting.external_body.as_deref());
            let met: Vec<&str> = met.collect();
            self.bodies("external", &met).await?;
            self.outputs(&batch).await?;
            let slugs = batch.iter().map(|row| row.slug.as_str());
            let mut known = self
                .known::<Meeting>(having("slug", slugs), |value| value.slug.clone())
                .await?;
            for row in &batch {
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
            self.agendas(&batch).await?;
            self.attendance(&batch).await?;
        }
        self.counts.push(("meetings", counts));
        Ok(())
    }

    /// What came out of meetings, each thing once.
    async fn outputs(&mut self, meetings: &[MeetingRow]) -> Result<(), RepoError> {
        let rows = || meetings.iter().flat_map(|meeting| &meeting.outputs);
        let slugs = rows().map(|row| row.slug.as_str());
        let mut known = self
            .known::<Output>(having("slug", slugs), |value| value.slug.clone())
            .await?;
        let mut counts = Counts::default();
        for row in rows() {
            if self.id("output", &row.slug).is_some() {
                continue;
            }
            let known = known.remove(&row.slug);
            let id = self
                .put(&mut counts, known, |known| Output {
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
        Ok(())
    }

    async fn agendas(&self, meetings: &[MeetingRow]) -> Result<(), RepoError> {
        let ids = meetings
            .iter()
            .filter_map(|row| self.id("meeting", &row.slug));
        let mut known = self
            .known::<AgendaItem>(having("meeting_id", ids), |value| {
                format!("{}/{}", value.meeting.id, value.slug)
            })
            .await?;
        let mut counts = Counts::default();
        for meeting in meetings {
            let meeting_id = self.required("meeting", &meeting.slug)?;
            for (position, row) in (1..).zip(&meeting.topics) {
                let known = known.remove(&format!("{meeting_id}/{}", row.slug));
                self.put(&mut counts, known, |known| AgendaItem {
                    partnership_id: self.partnership,
                    meeting: Link::to(meeting_id),
                    slug: row.slug.clone(),
                    position,
                    title: row.title.clone(),
                    report_phrase: row.report_phrase.clone(),
                    presenter: known.and_then(|known| known.presenter),
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

    async fn attendance(&self, meetings: &[MeetingRow]) -> Result<(), RepoError> {
        let ids = meetings
            .iter()
            .filter_map(|row| self.id("meeting", &row.slug));
        let mut known = self
            .known::<Attendance>(having("meeting_id", ids), |value| {
                format!("{}/{}", value.meeting_id, value.institution.id)
            })
            .await?;
        let mut counts = Counts::default();
        for meeting in meetings {
            let meeting_id = self.required("meeting", &meeting.slug)?;
            for slug in &meeting.attendance {
                let institution_id = self.required("institution", slug)?;
                let known = known.remove(&format!("{meeting_id}/{institution_id}"));
                self.put(&mut counts, known, |known| match known {
                    Some(known) => known.clone(),
                    None => Attendance {
                        partnership_id: self.partnership,
                        meeting_id,
                        institution: Link::to(institution_id),
                        status: "present".to_owned(),
                        external_ids: Vec::new(),
                    },
                })
                .await?;
            }
        }
        Ok(())
    }

    async fn terms<R: Read + Seek>(&mut self, dataset: &mut Dataset<R>) -> Result<(), ApplyError> {
        let body = self.required("body", "rada-programowa")?;
        let mut counts = Counts::default();
        let mut rows = dataset.terms();
        while let Some(batch) = batch(&mut rows)? {
            let slugs = batch.iter().map(|row| row.slug.as_str());
            let mut known = self
                .known::<Term>(having("slug", slugs), |value| value.slug.clone())
                .await?;
            for row in &batch {
                let elected_at = row
                    .elected_at
                    .as_deref()
                    .and_then(|slug| self.id("meeting", slug))
                    .map(Link::to);
                let known = known.remove(&row.slug);
                let id = self
                    .put(&mut counts, known, |known| Term {
                        partnership_id: self.partnership,
                        body: Link::to(body),
                        slug: row.slug.clone(),
                        starts_on: row.starts_on,
                        ends_on: row.ends_on,
                        seats: Some(row.seats),
                        quorum_rule: Some(row.quorum_rule.clone()),
                        majority_rule: Some(row.majority_rule.clone()),
                        elected_at,
                        external_ids: known
                            .map(|known| known.external_ids.clone())
                            .unwrap_or_default(),
                    })
                    .await?;
                self.remember("term", &row.slug, id);
            }
        }
        self.counts.push(("council_terms", counts));
        Ok(())
    }

    async fn mandates<R: Read + Seek>(
        &mut self,
        dataset: &mut Dataset<R>,
    ) -> Result<(), ApplyError> {
        let body = self.required("body", "rada-programowa")?;
        let (mut counts, mut chairs) = (Counts::default(), Vec::new());
        let mut index = 0;
        let mut rows = dataset.mandates();
        while let Some(batch) = batch(&mut rows)? {
            let terms = batch.iter().filter_map(|row| self.id("term", &row.term));
            let institutions = batch
                .iter()
                .filter_map(|row| self.id("institution", &row.institution));
            let mut known = self
                .known::<Mandate>(
                    having("term_id", terms).add(having("institution_id", institutions)),
                    |value| format!("{}/{}", value.term.id, value.institution.id),
                )
                .await?;
            for row in &batch {
                let term = self.required("term", &row.term)?;
                let institution = self.required("institution", &row.institution)?;
                let known = known.remove(&format!("{term}/{institution}"));
                let id = self
                    .put(&mut counts, known, |known| Mandate {
                        partnership_id: self.partnership,
                        term: Link::to(term),
                        institution: Link::to(institution),
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
                index += 1;
            }
        }
        self.counts.push(("council_seats", counts));
        self.check_chairs(body, chairs).await
    }

    /// Refuses a chair of the file while the council has another one, whom the file does not name.
    async fn check_chairs(&self, body: Uuid, chairs: Vec<(usize, Uuid)>) -> Result<(), ApplyError> {
        self.tx.take_turn(self.partnership).await?;
        let mut faults = FaultList::default();
        for (index, id) in chairs {
            let found = record::of_ids::<Mandate>(self.tx, [id]).await?.pop();
            let Versioned { value: chair, .. } = found.ok_or(RepoError::Reference)?;
            let term = record::of_ids::<Term>(self.tx, [chair.term.id])
                .await?
                .pop();
            let term = term.ok_or(RepoError::Reference)?.value;
            let others = mandate::chairs(body, chair.starts_on, chair.last_day(&term));
            if record::exists_besides::<Mandate>(self.tx, Some(id), others).await? {
                faults.add(format!("/council_seats/{index}/role"), Rule::Overlap);
            }
        }
        match faults.total {
            0 => Ok(()),
            _ => Err(ApplyError::Faults(faults)),
        }
    }
    async fn good_practices<R: Read + Seek>(
        &mut self,
        dataset: &mut Dataset<R>,
    ) -> Result<(), ApplyError> {
        let mut counts = Counts::default();
        let mut position = 0;
        let mut rows = dataset.good_practices();
        while let Some(batch) = batch(&mut rows)? {
            let slugs = batch.iter().map(|row| row.slug.as_str());
            let mut known = self
                .known::<GoodPractice>(having("slug", slugs), |value| value.slug.clone())
                .await?;
            for row in &batch {
                position += 1;
                let owner = self.required("institution", &row.owner)?;
                let presented = row
                    .presented_at
                    .as_deref()
                    .and_then(|slug| self.id("meeting", slug))
                    .map(Link::to);
                let known = known.remove(&row.slug);
                self.put(&mut counts, known, |known| {
                    let mut presented_at = known
                        .map(|known| known.presented_at.clone())
                        .unwrap_or_default();
                    let another = presented.filter(|meeting| !presented_at.contains(meeting));
                    presented_at.extend(another);
                    let kept = |text: fn(&GoodPractice) -> &Option<String>| {
                        known.and_then(|known| text(known).clone())
                    };
                    GoodPractice {
                        partnership_id: self.partnership,
                        slug: row.slug.clone(),
                        title: row.title.clone(),
                        owner: Link::to(owner),
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
        }
        self.counts.push(("good_practices", counts));
        Ok(())
    }

    fn addressees(&self, row: &RecommendationRow) -> Vec<recommendation::Addressee> {
        let to =
            |sector, institution: Option<Uuid>, body: Option<Uuid>| recommendation::Addressee {
                sector,
                institution: institution.map(Link::to),
                body: body.map(Link::to),
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

    async fn recommendations<R: Read + Seek>(
        &mut self,
        dataset: &mut Dataset<R>,
    ) -> Result<(), ApplyError> {
        let mut counts = Counts::default();
        let mut rows = dataset.recommendations();
        while let Some(batch) = batch(&mut rows)? {
            let addressed = batch
                .iter()
                .flat_map(|row| &row.addressees)
                .filter_map(|addressee| match addressee {
                    Addressee::Body(name) => Some(name.as_str()),
                    _ => None,
                });
            let addressed: Vec<&str> = addressed.collect();
            self.bodies("external", &addressed).await?;
            let slugs = batch.iter().map(|row| row.slug.as_str());
            let mut known = self
                .known::<Recommendation>(having("slug", slugs), |value| value.slug.clone())
                .await?;
            for row in &batch {
                let adopted_at = row
                    .adopted_at
                    .as_deref()
                    .and_then(|slug| self.id("meeting", slug))
                    .map(Link::to);
                let addressees = self.addressees(row);
                let known = known.remove(&row.slug);
                let id = self
                    .put(&mut counts, known, |known| Recommendation {
                        partnership_id: self.partnership,
                        slug: row.slug.clone(),
                        kind: known.map_or_else(
                            || "recommendation".to_owned(),
                            |known| known.kind.clone(),
                        ),
                        number: row.number.clone(),
                        title: row.title.clone(),
                        text: known.and_then(|known| known.text.clone()),
                        rationale: known.and_then(|known| known.rationale.clone()),
                        status: row.status.clone(),
                        adopted_on: row.adopted_on,
                        adopted_at,
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
            self.implementations(&batch).await?;
        }
        self.counts.push(("recommendations", counts));
        Ok(())
    }

    async fn implementations(
        &self,
        recommendations: &[RecommendationRow],
    ) -> Result<(), RepoError> {
        let rows = recommendations.iter().flat_map(|row| &row.implementations);
        let slugs = rows.map(|row| row.slug.as_str());
        let mut known = self
            .known::<Implementation>(having("slug", slugs), |value| value.slug.clone())
            .await?;
        let mut counts = Counts::default();
        for recommendation in recommendations {
            let recommendation_id = self.required("recommendation", &recommendation.slug)?;
            for (position, row) in (1..).zip(&recommendation.implementations) {
                let meeting_id = row
                    .meeting
                    .as_deref()
                    .and_then(|slug| self.id("meeting", slug));
                let known = known.remove(&row.slug);
                self.put(&mut counts, known, |known| Implementation {
                    partnership_id: self.partnership,
                    recommendation: Link::to(recommendation_id),
                    slug: row.slug.clone(),
                    kind: row.kind.clone(),
                    position,
                    meeting: meeting_id.map(Link::to),
                    owner: known.and_then(|known| known.owner),
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

    async fn commitments<R: Read + Seek>(
        &mut self,
        dataset: &mut Dataset<R>,
    ) -> Result<(), ApplyError> {
        let mut counts = Counts::default();
        let mut position = 0;
        let mut rows = dataset.commitments();
        while let Some(batch) = batch(&mut rows)? {
            let slugs = batch.iter().map(|row| row.slug.as_str());
            let mut known = self
                .known::<Commitment>(having("slug", slugs), |value| value.slug.clone())
                .await?;
            for row in &batch {
                position += 1;
                let recommendation_id = self.id("recommendation", &row.recommendation);
                let known = known.remove(&row.slug);
                let id = self
                    .put(&mut counts, known, |known| Commitment {
                        partnership_id: self.partnership,
                        slug: row.slug.clone(),
                        recommendation: recommendation_id.map(Link::to),
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
        }
        self.counts.push(("commitments", counts));
        Ok(())
    }

    async fn fulfilments<R: Read + Seek>(
        &mut self,
        dataset: &mut Dataset<R>,
    ) -> Result<(), ApplyError> {
        let key = |commitment: Uuid, meeting: Option<Uuid>| {
            format!("{commitment}/{}", meeting.unwrap_or_default())
        };
        let mut counts = Counts::default();
        let mut rows = dataset.fulfilments();
        while let Some(batch) = batch(&mut rows)? {
            let commitments = batch
                .iter()
                .filter_map(|row| self.id("commitment", &row.commitment));
            let meetings = batch
                .iter()
                .filter_map(|row| self.id("meeting", &row.meeting));
            let mut known = self
                .known::<Fulfilment>(
                    having("commitment_id", commitments).add(having("meeting_id", meetings)),
                    |value| key(value.commitment.id, value.meeting.map(|link| link.id)),
                )
                .await?;
            for row in &batch {
                let commitment_id = self.required("commitment", &row.commitment)?;
                let meeting_id = Some(self.required("meeting", &row.meeting)?);
                let known = known.remove(&key(commitment_id, meeting_id));
                self.put(&mut counts, known, |known| Fulfilment {
                    partnership_id: self.partnership,
                    commitment: Link::to(commitment_id),
                    meeting: meeting_id.map(Link::to),
                    fulfilled_on: row.fulfilled_on,
                    note: known.and_then(|known| known.note.clone()),
                    external_ids: known
                        .map(|known| known.external_ids.clone())
                        .unwrap_or_default(),
                })
                .await?;
            }
        }
        self.counts.push(("commitment_fulfilments", counts));
        Ok(())
    }

    async fn effects<R: Read + Seek>(
        &mut self,
        dataset: &mut Dataset<R>,
    ) -> Result<(), ApplyError> {
        let mut counts = Counts::default();
        let mut rows = dataset.effects();
        while let Some(batch) = batch(&mut rows)? {
            let slugs = batch.iter().map(|row| row.slug.as_str());
            let mut known = self
                .known::<Effect>(having("slug", slugs), |value| value.slug.clone())
                .await?;
            for row in &batch {
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
        }
        self.counts.push(("effects", counts));
        Ok(())
    }

    async fn communiques<R: Read + Seek>(
        &mut self,
        dataset: &mut Dataset<R>,
    ) -> Result<(), ApplyError> {
        let mut counts = Counts::default();
        let mut rows = dataset.communiques();
        while let Some(batch) = batch(&mut rows)? {
            let slugs = batch.iter().map(|row| row.slug.as_str());
            let mut known = self
                .known::<Communique>(having("slug", slugs), |value| value.slug.clone())
                .await?;
            for row in &batch {
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
        }
        self.counts.push(("communiques", counts));
        Ok(())
    }

    async fn postings<R: Read + Seek>(
        &mut self,
        dataset: &mut Dataset<R>,
    ) -> Result<(), ApplyError> {
        let mut counts = Counts::default();
        let mut rows = dataset.postings();
        while let Some(batch) = batch(&mut rows)? {
            let communiques = batch
                .iter()
                .filter_map(|row| self.id("communique", &row.communique));
            let institutions = batch
                .iter()
                .filter_map(|row| self.id("institution", &row.institution));
            let mut known = self
                .known::<Posting>(
                    having("communique_id", communiques)
                        .add(having("institution_id", institutions)),
                    |value| format!("{}/{}", value.communique.id, value.institution.id),
                )
                .await?;
            for row in &batch {
                let communique_id = self.required("communique", &row.communique)?;
                let institution_id = self.required("institution", &row.institution)?;
                let known = known.remove(&format!("{communique_id}/{institution_id}"));
                self.put(&mut counts, known, |known| Posting {
                    partnership_id: self.partnership,
                    communique: Link::to(communique_id),
                    institution: Link::to(institution_id),
                    status: posting_status(known),
                    posted_on: Some(row.posted_on),
                    url: Some(row.url.clone()),
                    external_ids: known
                        .map(|known| known.external_ids.clone())
                        .unwrap_or_default(),
                })
                .await?;
            }
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
        address: Address {
            street_address: known.address.street_address.clone(),
            ..row.address.clone()
        },
        phone: known.phone.clone(),
        operator: known.operator,
        status: known.status.clone(),
        successor: known.successor,
        external_ids: known.external_ids.clone(),
        ..row.clone()
    }
}

/// A meeting of the file; of a known one, what the file cannot carry is kept.
fn meeting(
    partnership_id: Uuid,
    row: &MeetingRow,
    body: Option<Uuid>,
    host: Option<Uuid>,
    outputs: Vec<Uuid>,
    known: Option<&Meeting>,
) -> Meeting {
    let same_day = known.filter(|known| known.held_on == row.held_on);
    Meeting {
        partnership_id,
        slug: row.slug.clone(),
        kind: row.kind.clone(),
        status: row.status.clone(),
        body: body.map(Link::to),
        own_role: row.own_role.clone(),
        title: row.title.clone(),
        held_on: row.held_on,
        // The times are those of the known day.
        starts_at: same_day.and_then(|known| known.starts_at),
        ends_at: same_day.and_then(|known| known.ends_at),
        mode: row.mode.clone(),
        town: row.town.clone(),
        location: known.and_then(|known| known.location.clone()),
        host: host.map(Link::to),
        quorum_required: row.quorum_required,
        target_sectors: row.target_sectors.clone(),
        target_kinds: row.target_kinds.clone(),
        funding_programmes: row.funding_programmes.clone(),
        outputs: Links::to(outputs),
        external_ids: known
            .map(|known| known.external_ids.clone())
            .unwrap_or_default(),
    }
}
