//! Stores a data file that was checked and has no fault: all of it or nothing, and nothing twice. Its rows are read, compared
//! with what is stored and written a batch at a time.

use std::collections::{BTreeMap, HashMap};
use std::io::{Read, Seek};

use chrono::NaiveDate;
use domain::agreement_version::{AgreementVersion, number_on};
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
use domain::import::{
    Addressee, CommitmentRow, CommuniqueRow, Dataset, EffectRow, FulfilmentRow, GoodPracticeRow,
    ImportError, MandateRow, MeetingRow, MembershipRow, PostingRow, RecommendationRow, TermRow,
};
use domain::institution::{Address, Institution, SectorSince};
use domain::link::{Link, Links};
use domain::meeting::Meeting;
use domain::meeting::agenda_item::AgendaItem;
use domain::meeting::attendance::Attendance;
use domain::meeting::output::Output;
use domain::outreach::communique::Communique;
use domain::outreach::posting::Posting;
use domain::partnership::Partnership;
use domain::record::{Shape, Versioned};
use domain::signatory::{Signatory, Suspension, Withdrawal};
use domain::slug::Slug;
use sea_orm::Condition;
use sea_orm::sea_query::{Expr, ExprTrait};
use uuid::Uuid;

use crate::agreement_version::{self, next_number};
use crate::governance::mandate;
use crate::record::{self, Stored, of_partnership};
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
        before: 0,
        chairs: Vec::new(),
        counts: Vec::new(),
    };
    let of = &mut import;
    let rows = dataset.institutions();
    store(of, "institutions", rows, Import::institutions).await?;
    of.partnership(dataset).await?;
    let rows = dataset.memberships();
    store(of, "memberships", rows, Import::memberships).await?;
    of.council_body().await?;
    let rows = dataset.meetings();
    store(of, "meetings", rows, Import::meetings).await?;
    let rows = dataset.terms();
    store(of, "council_terms", rows, Import::terms).await?;
    let rows = dataset.mandates();
    store(of, "council_seats", rows, Import::mandates).await?;
    of.check_chairs().await?;
    let rows = dataset.good_practices();
    store(of, "good_practices", rows, Import::good_practices).await?;
    let rows = dataset.recommendations();
    store(of, "recommendations", rows, Import::recommendations).await?;
    let rows = dataset.commitments();
    store(of, "commitments", rows, Import::commitments).await?;
    let rows = dataset.fulfilments();
    store(of, "commitment_fulfilments", rows, Import::fulfilments).await?;
    let rows = dataset.effects();
    store(of, "effects", rows, Import::effects).await?;
    let rows = dataset.communiques();
    store(of, "communiques", rows, Import::communiques).await?;
    let rows = dataset.postings();
    store(of, "communique_publications", rows, Import::postings).await?;
    Ok(import.counts)
}

/// Stores the rows of a collection, a batch at a time.
async fn store<'a, T>(
    import: &mut Import<'a>,
    collection: &'static str,
    mut rows: impl Iterator<Item = Result<T, ImportError>>,
    store: impl AsyncFn(&mut Import<'a>, &mut Counts, &[T]) -> Done,
) -> Done {
    let mut counts = Counts::default();
    import.before = 0;
    loop {
        let batch = rows.by_ref().take(BATCH).collect::<Result<Vec<T>, _>>()?;
        if batch.is_empty() {
            break;
        }
        store(import, &mut counts, &batch).await?;
        import.before += batch.len();
    }
    import.counts.push((collection, counts));
    Ok(())
}

struct Import<'a> {
    tx: &'a Tx,
    new_id: fn() -> Uuid,
    partnership: Uuid,
    /// Ids by kind and slug.
    ids: BTreeMap<&'static str, HashMap<Box<str>, Uuid>>,
    /// How many rows of the collection at hand stand before the batch at hand.
    before: usize,
    /// The chairs of the council, each with its place in the file.
    chairs: Vec<(usize, Uuid)>,
    counts: Vec<(&'static str, Counts)>,
}

/// What comes of storing something.
type Done = Result<(), ApplyError>;

/// The stored records of a kind by their natural key.
type Known<T> = HashMap<String, Versioned<T>>;

/// Those of which a column has one of some values.
fn having<V: Into<sea_orm::Value>>(
    column: &'static str,
    values: impl IntoIterator<Item = V>,
) -> Condition {
    Condition::all().add(Expr::col(column).is_in(values))
}

/// What is known of a record that the file does not carry; nothing of a new one.
fn kept<T, V: Clone + Default>(known: Option<&T>, of: impl Fn(&T) -> &V) -> V {
    known.map(|known| of(known).clone()).unwrap_or_default()
}

/// The file contradicts what is stored, if it has faults.
fn check(faults: FaultList) -> Done {
    match faults.total {
        0 => Ok(()),
        _ => Err(ApplyError::Faults(faults)),
    }
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
        let keyed = |record: Versioned<T>| (key(&record.value), record);
        Ok(stored.into_iter().map(keyed).collect())
    }

    /// The records of the partnership that have one of some slugs, by their slug.
    async fn named<'s, T: Stored + Shape>(
        &self,
        slugs: impl Iterator<Item = &'s String>,
    ) -> Result<Known<T>, RepoError> {
        let slug = |value: &T| value.clone().slug_mut().cloned().unwrap_or_default();
        self.known(having("slug", slugs.map(String::as_str)), slug)
            .await
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

    /// The ids of the records that the file names, as far as they are there.
    fn ids<'s>(
        &self,
        kind: &'static str,
        slugs: impl Iterator<Item = &'s String>,
    ) -> impl Iterator<Item = Uuid> {
        slugs.filter_map(move |slug| self.id(kind, slug))
    }

    /// A link to a record that the file may name.
    fn link<T>(&self, kind: &'static str, slug: Option<&String>) -> Option<Link<T>> {
        self.id(kind, slug?).map(Link::to)
    }

    /// The id of a record that the file names, which reading it has proved to be there.
    fn required(&self, kind: &'static str, slug: &str) -> Result<Uuid, RepoError> {
        self.id(kind, slug).ok_or(RepoError::Reference)
    }

    fn remember(&mut self, kind: &'static str, slug: &str, id: Uuid) {
        self.ids.entry(kind).or_default().insert(slug.into(), id);
    }

    async fn institutions(&mut self, counts: &mut Counts, rows: &[Institution]) -> Done {
        let mut faults = FaultList::default();
        let today = self.tx.now().date_naive();
        let slugs = rows.iter().map(|row| row.slug.as_str());
        let regons = rows.iter().filter_map(|row| row.regon.as_deref());
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
        for (index, row) in (self.before..).zip(rows) {
            let same_regon = row.regon.as_ref().and_then(|regon| by_regon.get(regon));
            let same_slug = by_slug.get(&row.slug);
            let other_regon = |known: &&Versioned<Institution>| {
                known.value.regon.is_some() && known.value.regon != row.regon
            };
            if same_regon.is_none() && same_slug.is_some_and(|known| other_regon(&known)) {
                faults.add(format!("/institutions/{index}/regon"), Rule::Conflict);
                continue;
            }
            let known = same_regon.or(same_slug).cloned();
            let value = |known: Option<&Institution>| institution(row, known, today);
            let id = self.put(counts, known, value).await?;
            self.remember("institution", &row.slug, id);
        }
        check(faults)
    }

    async fn partnership<R>(&mut self, dataset: &Dataset<R>) -> Result<(), RepoError> {
        let mut stored = record::every::<Partnership>(self.tx, Condition::all())
            .await?
            .into_iter();
        let known = stored.find(|known| known.value.slug == dataset.partnership.slug);
        let secretariat = self.link("institution", dataset.secretariat.as_ref());
        let mut counts = Counts::default();
        // The file speaks of the first agreement that was in force.
        let (first, number) = match &known {
            Some(known) => {
                let id = known.head.id;
                let binding =
                    of_partnership::<AgreementVersion>(id).add(AgreementVersion::public());
                let binding = record::every::<AgreementVersion>(self.tx, binding).await?;
                let first = binding
                    .into_iter()
                    .min_by_key(|one| one.value.in_force_from);
                (first, next_number(self.tx, id).await?)
            }
            None => (None, 1),
        };
        let is_past = first
            .as_ref()
            .is_some_and(|first| first.value.status != "in_force");
        let value = |known: Option<&Partnership>| {
            let mut value = dataset.partnership.clone();
            value.secretariat.institution = secretariat;
            if let Some(known) = known {
                value.licence.clone_from(&known.licence);
                value.external_ids.clone_from(&known.external_ids);
                value
                    .former_secretariats
                    .clone_from(&known.former_secretariats);
                if is_past {
                    value.keep(known);
                }
            }
            value
        };
        self.partnership = self.put(&mut counts, known, value).await?;
        let agreement = |known: Option<&AgreementVersion>| match known {
            Some(known) => AgreementVersion {
                goal: dataset.agreement.goal.clone(),
                scope: dataset.agreement.scope.clone(),
                coordination: dataset.agreement.coordination.clone(),
                ..known.clone()
            },
            None => AgreementVersion {
                partnership_id: self.partnership,
                number,
                ..dataset.agreement.clone()
            },
        };
        // It is no collection of the file.
        self.put(&mut Counts::default(), first, agreement).await?;
        // The file brings numbers of its own: whoever gives the next one waits until they can be seen.
        self.tx.take_turn(self.partnership).await?;
        self.counts.push(("partnership", counts));
        Ok(())
    }

    async fn memberships(&mut self, counts: &mut Counts, rows: &[MembershipRow]) -> Done {
        let institutions = self.ids("institution", rows.iter().map(|row| &row.institution));
        let mut known = self
            .known::<Signatory>(having("institution_id", institutions), |value| {
                format!("{}@{}", value.institution.id, value.signed_on)
            })
            .await?;
        let now = self.tx.now();
        let binding = agreement_version::binding(self.tx, self.partnership).await?;
        for row in rows {
            let institution_id = self.required("institution", &row.institution)?;
            let known = known.remove(&format!("{institution_id}@{}", row.signed_on));
            let signatory = |known: Option<&Signatory>| {
                let mut suspensions = kept(known, |known| &known.suspensions);
                if row.status == "suspended" && suspensions.is_empty() {
                    // The file does not say since when.
                    suspensions.push(Suspension {
                        starts_on: row.signed_on,
                        ..Suspension::default()
                    });
                }
                suspensions
                    .retain(|span| row.withdrawn_on.is_none_or(|last| span.starts_on < last));
                let value = Signatory {
                    partnership_id: self.partnership,
                    institution: Link::to(institution_id),
                    status: row.status.clone(),
                    signed_on: row.signed_on,
                    signing_form: row.signing_form.clone(),
                    effective_from: row.signed_on,
                    agreement_version: match known.and_then(|known| known.agreement_version) {
                        Some(known) => Some(known),
                        None => number_on(&binding, row.signed_on),
                    },
                    suspensions,
                    withdrawal: row.withdrawn_on.map(|effective_on| {
                        let before = known.and_then(|known| known.withdrawal.clone());
                        Withdrawal {
                            effective_on,
                            notified_on: before.as_ref().and_then(|before| before.notified_on),
                            reason: before.and_then(|before| before.reason),
                        }
                    }),
                    standing_since: now,
                    external_ids: kept(known, |known| &known.external_ids),
                };
                let today = now.date_naive();
                value
                    .standing_since(known, now, today)
                    .with_status_of(today)
            };
            self.put(counts, known, signatory).await?;
        }
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
        let mut known = self.named::<Body>(wanted.keys()).await?;
        let mut counts = Counts::default();
        for (slug, name) in wanted {
            let known = known.remove(&slug);
            let body = |known: Option<&Body>| match known {
                Some(known) => known.clone(),
                None => Body {
                    partnership_id: self.partnership,
                    slug: slug.clone(),
                    name: name.to_owned(),
                    kind: kind.to_owned(),
                    ..Body::default()
                },
            };
            let id = self.put(&mut counts, known, body).await?;
            self.remember("body", &slug, id);
        }
        Ok(())
    }

    async fn meetings(&mut self, counts: &mut Counts, rows: &[MeetingRow]) -> Done {
        let met = rows.iter().filter_map(|row| row.external_body.as_deref());
        self.bodies("external", &met.collect::<Vec<_>>()).await?;
        self.outputs(rows).await?;
        let slugs = rows.iter().map(|row| &row.slug);
        let mut known = self.named::<Meeting>(slugs).await?;
        for row in rows {
            let body = match row.external_body.as_deref() {
                Some(name) => self.id("body", Slug::from_title(name).as_str()),
                None if row.kind == "council" => self.id("body", "rada-programowa"),
                None => None,
            };
            let host = self.link("institution", row.host_institution.as_ref());
            let made = self.ids("output", row.outputs.iter().map(|output| &output.slug));
            let made: Vec<Uuid> = made.collect();
            let known = known.remove(&row.slug);
            let value =
                |known: Option<&Meeting>| meeting(self.partnership, row, body, host, made, known);
            let id = self.put(counts, known, value).await?;
            self.remember("meeting", &row.slug, id);
        }
        self.agendas(rows).await?;
        Ok(self.attendance(rows).await?)
    }

    /// What came out of meetings, each thing once.
    async fn outputs(&mut self, meetings: &[MeetingRow]) -> Result<(), RepoError> {
        let rows = || meetings.iter().flat_map(|meeting| &meeting.outputs);
        let mut known = self.named::<Output>(rows().map(|row| &row.slug)).await?;
        let mut counts = Counts::default();
        for row in rows() {
            if self.id("output", &row.slug).is_some() {
                continue;
            }
            let known = known.remove(&row.slug);
            let output = |known: Option<&Output>| Output {
                partnership_id: self.partnership,
                slug: row.slug.clone(),
                report_phrase: row.report_phrase.clone(),
                external_ids: kept(known, |known| &known.external_ids),
            };
            let id = self.put(&mut counts, known, output).await?;
            self.remember("output", &row.slug, id);
        }
        Ok(())
    }

    async fn agendas(&self, meetings: &[MeetingRow]) -> Result<(), RepoError> {
        let ids = self.ids("meeting", meetings.iter().map(|row| &row.slug));
        let mut known = self
            .known::<AgendaItem>(having("meeting_id", ids), |value| {
                format!("{}/{}", value.meeting.id, value.slug)
            })
            .await?;
        let mut counts = Counts::default();
        for meeting in meetings {
            let meeting_id = self.required("meeting", &meeting.slug)?;
            // A file has one phrase, in the case that its meeting's kind takes.
            let is_assembly = meeting.kind == "assembly";
            for (position, row) in (1..).zip(&meeting.topics) {
                let known = known.remove(&format!("{meeting_id}/{}", row.slug));
                let item = |known: Option<&AgendaItem>| AgendaItem {
                    partnership_id: self.partnership,
                    meeting: Link::to(meeting_id),
                    slug: row.slug.clone(),
                    position,
                    title: row.title.clone(),
                    report_phrase_genitive: match is_assembly {
                        true => known.and_then(|known| known.report_phrase_genitive.clone()),
                        false => row.report_phrase.clone(),
                    },
                    report_phrase_accusative: match is_assembly {
                        true => row.report_phrase.clone(),
                        false => known.and_then(|known| known.report_phrase_accusative.clone()),
                    },
                    presenter: known.and_then(|known| known.presenter),
                    visibility: known
                        .map_or_else(|| "public".to_owned(), |known| known.visibility.clone()),
                    external_ids: kept(known, |known| &known.external_ids),
                };
                self.put(&mut counts, known, item).await?;
            }
        }
        Ok(())
    }

    async fn attendance(&self, meetings: &[MeetingRow]) -> Result<(), RepoError> {
        let ids = self.ids("meeting", meetings.iter().map(|row| &row.slug));
        let mut known = self
            .known::<Attendance>(having("meeting_id", ids), |value| {
                // One with a person is none that a file knows.
                let institution = value.institution.filter(|_| value.person.is_none());
                let institution = institution.map_or(Uuid::nil(), |link| link.id);
                format!("{}/{institution}", value.meeting_id)
            })
            .await?;
        let mut counts = Counts::default();
        for meeting in meetings {
            let meeting_id = self.required("meeting", &meeting.slug)?;
            for slug in &meeting.attendance {
                let institution_id = self.required("institution", slug)?;
                let known = known.remove(&format!("{meeting_id}/{institution_id}"));
                let attendance = |known: Option<&Attendance>| match known {
                    Some(known) => known.clone(),
                    None => Attendance {
                        partnership_id: self.partnership,
                        meeting_id,
                        institution: Some(Link::to(institution_id)),
                        status: "present".to_owned(),
                        ..Attendance::default()
                    },
                };
                self.put(&mut counts, known, attendance).await?;
            }
        }
        Ok(())
    }

    async fn terms(&mut self, counts: &mut Counts, rows: &[TermRow]) -> Done {
        let body = self.required("body", "rada-programowa")?;
        let slugs = rows.iter().map(|row| &row.slug);
        let mut known = self.named::<Term>(slugs).await?;
        for row in rows {
            let known = known.remove(&row.slug);
            let term = |known: Option<&Term>| Term {
                partnership_id: self.partnership,
                body: Link::to(body),
                slug: row.slug.clone(),
                starts_on: row.starts_on,
                ends_on: row.ends_on,
                seats: Some(row.seats),
                quorum_rule: Some(row.quorum_rule.clone()),
                majority_rule: Some(row.majority_rule.clone()),
                elected_at: self.link("meeting", row.elected_at.as_ref()),
                external_ids: kept(known, |known| &known.external_ids),
            };
            let id = self.put(counts, known, term).await?;
            self.remember("term", &row.slug, id);
        }
        Ok(())
    }

    async fn mandates(&mut self, counts: &mut Counts, rows: &[MandateRow]) -> Done {
        let terms = self.ids("term", rows.iter().map(|row| &row.term));
        let institutions = self.ids("institution", rows.iter().map(|row| &row.institution));
        let mut known = self
            .known::<Mandate>(
                having("term_id", terms).add(having("institution_id", institutions)),
                |value| format!("{}/{}", value.term.id, value.institution.id),
            )
            .await?;
        for (index, row) in (self.before..).zip(rows) {
            let term = self.required("term", &row.term)?;
            let institution = self.required("institution", &row.institution)?;
            let known = known.remove(&format!("{term}/{institution}"));
            let mandate = |known: Option<&Mandate>| Mandate {
                partnership_id: self.partnership,
                term: Link::to(term),
                institution: Link::to(institution),
                role: row.role.clone(),
                starts_on: row.starts_on,
                ends_on: row.ends_on,
                end_reason: known.and_then(|known| known.end_reason.clone()),
                external_ids: kept(known, |known| &known.external_ids),
            };
            let id = self.put(counts, known, mandate).await?;
            if row.role == CHAIR {
                self.chairs.push((index, id));
            }
        }
        Ok(())
    }

    /// Refuses a chair of the file while the council has another one, whom the file does not name.
    async fn check_chairs(&self) -> Done {
        let body = self.required("body", "rada-programowa")?;
        self.tx.take_turn(self.partnership).await?;
        let mut faults = FaultList::default();
        for (index, id) in &self.chairs {
            let found = record::of_ids::<Mandate>(self.tx, [*id]).await?.pop();
            let Versioned { value: chair, .. } = found.ok_or(RepoError::Reference)?;
            let term = record::linked(self.tx, chair.term).await?;
            let term = term.ok_or(RepoError::Reference)?.value;
            let others = mandate::chairs(body, chair.starts_on, chair.last_day(&term));
            if record::exists_besides::<Mandate>(self.tx, Some(*id), others).await? {
                faults.add(format!("/council_seats/{index}/role"), Rule::Overlap);
            }
        }
        check(faults)
    }

    async fn good_practices(&mut self, counts: &mut Counts, rows: &[GoodPracticeRow]) -> Done {
        let slugs = rows.iter().map(|row| &row.slug);
        let mut known = self.named::<GoodPractice>(slugs).await?;
        for (position, row) in self.positions().zip(rows) {
            let owner = self.required("institution", &row.owner)?;
            let presented = self.link("meeting", row.presented_at.as_ref());
            let known = known.remove(&row.slug);
            let practice = |known: Option<&GoodPractice>| {
                let mut presented_at = kept(known, |known| &known.presented_at);
                let another = presented.filter(|meeting| !presented_at.contains(meeting));
                presented_at.extend(another);
                GoodPractice {
                    partnership_id: self.partnership,
                    slug: row.slug.clone(),
                    title: row.title.clone(),
                    owner: Link::to(owner),
                    status: known
                        .map_or_else(|| "published".to_owned(), |known| known.status.clone()),
                    position,
                    problem: kept(known, |known| &known.problem),
                    solution: kept(known, |known| &known.solution),
                    evidence: kept(known, |known| &known.evidence),
                    transferability: kept(known, |known| &known.transferability),
                    lessons: kept(known, |known| &known.lessons),
                    presented_at,
                    external_ids: kept(known, |known| &known.external_ids),
                }
            };
            self.put(counts, known, practice).await?;
        }
        Ok(())
    }

    /// The places in the collection of the rows at hand, from one on.
    fn positions(&self) -> impl Iterator<Item = i32> + use<> {
        (1..).skip(self.before)
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

    async fn recommendations(&mut self, counts: &mut Counts, rows: &[RecommendationRow]) -> Done {
        let addressees = rows.iter().flat_map(|row| &row.addressees);
        let addressed = addressees.filter_map(|addressee| match addressee {
            Addressee::Body(name) => Some(name.as_str()),
            _ => None,
        });
        self.bodies("external", &addressed.collect::<Vec<_>>())
            .await?;
        let slugs = rows.iter().map(|row| &row.slug);
        let mut known = self.named::<Recommendation>(slugs).await?;
        for row in rows {
            let known = known.remove(&row.slug);
            let recommendation = |known: Option<&Recommendation>| Recommendation {
                partnership_id: self.partnership,
                slug: row.slug.clone(),
                kind: known.map_or_else(|| "recommendation".to_owned(), |known| known.kind.clone()),
                number: row.number.clone(),
                title: row.title.clone(),
                text: known.and_then(|known| known.text.clone()),
                rationale: known.and_then(|known| known.rationale.clone()),
                status: row.status.clone(),
                adopted_on: row.adopted_on,
                implemented_on: implemented_on(row, known),
                adopted_at: self.link("meeting", row.adopted_at.as_ref()),
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
                addressees: self.addressees(row),
                proposed_by: known.and_then(|known| known.proposed_by),
                external_ids: kept(known, |known| &known.external_ids),
            };
            let id = self.put(counts, known, recommendation).await?;
            self.remember("recommendation", &row.slug, id);
        }
        Ok(self.implementations(rows).await?)
    }

    async fn implementations(
        &self,
        recommendations: &[RecommendationRow],
    ) -> Result<(), RepoError> {
        let rows = recommendations.iter().flat_map(|row| &row.implementations);
        let slugs = rows.map(|row| &row.slug);
        let mut known = self.named::<Implementation>(slugs).await?;
        let mut counts = Counts::default();
        for recommendation in recommendations {
            let recommendation_id = self.required("recommendation", &recommendation.slug)?;
            for (position, row) in (1..).zip(&recommendation.implementations) {
                let known = known.remove(&row.slug);
                let implementation = |known: Option<&Implementation>| Implementation {
                    partnership_id: self.partnership,
                    recommendation: Link::to(recommendation_id),
                    slug: row.slug.clone(),
                    kind: row.kind.clone(),
                    position,
                    meeting: self.link("meeting", row.meeting.as_ref()),
                    owner: known.and_then(|known| known.owner),
                    completed_on: row.completed_on,
                    report_text: row.report_text.clone(),
                    goal_text: row.goal_text.clone(),
                    external_ids: kept(known, |known| &known.external_ids),
                };
                self.put(&mut counts, known, implementation).await?;
            }
        }
        Ok(())
    }

    async fn commitments(&mut self, counts: &mut Counts, rows: &[CommitmentRow]) -> Done {
        let slugs = rows.iter().map(|row| &row.slug);
        let mut known = self.named::<Commitment>(slugs).await?;
        for (position, row) in self.positions().zip(rows) {
            let known = known.remove(&row.slug);
            let commitment = |known: Option<&Commitment>| Commitment {
                partnership_id: self.partnership,
                slug: row.slug.clone(),
                recommendation: self.link("recommendation", Some(&row.recommendation)),
                min_count: row.min_count,
                channel: row.channel.clone(),
                party_kinds: row.party_kinds.clone(),
                report_text: row.report_text.clone(),
                starts_on: row.starts_on,
                ends_on: known.and_then(|known| known.ends_on),
                position,
                external_ids: kept(known, |known| &known.external_ids),
            };
            let id = self.put(counts, known, commitment).await?;
            self.remember("commitment", &row.slug, id);
        }
        Ok(())
    }

    async fn fulfilments(&mut self, counts: &mut Counts, rows: &[FulfilmentRow]) -> Done {
        let key = |commitment: Uuid, meeting: Option<Uuid>| {
            format!("{commitment}/{}", meeting.unwrap_or_default())
        };
        let commitments = self.ids("commitment", rows.iter().map(|row| &row.commitment));
        let meetings = self.ids("meeting", rows.iter().map(|row| &row.meeting));
        let mut known = self
            .known::<Fulfilment>(
                having("commitment_id", commitments).add(having("meeting_id", meetings)),
                |value| key(value.commitment.id, value.meeting.map(|link| link.id)),
            )
            .await?;
        for row in rows {
            let commitment_id = self.required("commitment", &row.commitment)?;
            let meeting_id = Some(self.required("meeting", &row.meeting)?);
            let known = known.remove(&key(commitment_id, meeting_id));
            let fulfilment = |known: Option<&Fulfilment>| Fulfilment {
                partnership_id: self.partnership,
                commitment: Link::to(commitment_id),
                meeting: meeting_id.map(Link::to),
                fulfilled_on: row.fulfilled_on,
                note: known.and_then(|known| known.note.clone()),
                external_ids: kept(known, |known| &known.external_ids),
            };
            self.put(counts, known, fulfilment).await?;
        }
        Ok(())
    }

    async fn effects(&mut self, counts: &mut Counts, rows: &[EffectRow]) -> Done {
        let slugs = rows.iter().map(|row| &row.slug);
        let mut known = self.named::<Effect>(slugs).await?;
        for row in rows {
            let known = known.remove(&row.slug);
            let effect = |known: Option<&Effect>| Effect {
                partnership_id: self.partnership,
                slug: row.slug.clone(),
                period_from: row.period.from(),
                period_to: row.period.to(),
                position: row.position,
                report_text: row.report_text.clone(),
                external_ids: kept(known, |known| &known.external_ids),
            };
            self.put(counts, known, effect).await?;
        }
        Ok(())
    }

    async fn communiques(&mut self, counts: &mut Counts, rows: &[CommuniqueRow]) -> Done {
        let slugs = rows.iter().map(|row| &row.slug);
        let mut known = self.named::<Communique>(slugs).await?;
        for row in rows {
            let known = known.remove(&row.slug);
            let communique = |known: Option<&Communique>| Communique {
                partnership_id: self.partnership,
                slug: row.slug.clone(),
                number: row.number.clone(),
                title: row.title.clone(),
                body: known.and_then(|known| known.body.clone()),
                status: row.status.clone(),
                released_on: row.released_on,
                // The file does not say when: at once, so that it counts for no period.
                withdrawn_on: (row.status == "withdrawn")
                    .then(|| {
                        known
                            .and_then(|known| known.withdrawn_on)
                            .or(row.released_on)
                    })
                    .flatten(),
                external_ids: kept(known, |known| &known.external_ids),
            };
            let id = self.put(counts, known, communique).await?;
            self.remember("communique", &row.slug, id);
        }
        Ok(())
    }

    async fn postings(&mut self, counts: &mut Counts, rows: &[PostingRow]) -> Done {
        let communiques = self.ids("communique", rows.iter().map(|row| &row.communique));
        let institutions = self.ids("institution", rows.iter().map(|row| &row.institution));
        let mut known = self
            .known::<Posting>(
                having("communique_id", communiques).add(having("institution_id", institutions)),
                |value| format!("{}/{}", value.communique.id, value.institution.id),
            )
            .await?;
        for row in rows {
            let communique_id = self.required("communique", &row.communique)?;
            let institution_id = self.required("institution", &row.institution)?;
            let known = known.remove(&format!("{communique_id}/{institution_id}"));
            let posting = |known: Option<&Posting>| Posting {
                partnership_id: self.partnership,
                communique: Link::to(communique_id),
                institution: Link::to(institution_id),
                status: posting_status(known),
                posted_on: Some(row.posted_on),
                url: Some(row.url.clone()),
                external_ids: kept(known, |known| &known.external_ids),
            };
            self.put(counts, known, posting).await?;
        }
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
    host: Option<Link<Institution>>,
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
        host,
        quorum_required: row.quorum_required,
        target_sectors: row.target_sectors.clone(),
        target_kinds: row.target_kinds.clone(),
        funding_programmes: row.funding_programmes.clone(),
        outputs: Links::to(outputs),
        external_ids: kept(known, |known| &known.external_ids),
    }
}

/// When what a file calls carried out was. What is known already stays; a file has the days of its implementations only.
fn implemented_on(row: &RecommendationRow, known: Option<&Recommendation>) -> Option<NaiveDate> {
    if !recommendation::is_carried_out(&row.status) {
        return None;
    }
    let completed = row.implementations.iter();
    let last = completed.filter_map(|done| done.completed_on).max();
    // Nothing is carried out before it is adopted.
    let last = last.map(|last| {
        row.adopted_on
            .map_or(last, |adopted| std::cmp::Ord::max(adopted, last))
    });
    known.and_then(|known| known.implemented_on).or(last)
}
