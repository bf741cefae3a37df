//! The reference year as facts, read from the data file as an import would store it.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::period::{Period, active_on};
use domain::report::facts::*;
use serde_json::Value;
use uuid::Uuid;

/// The data file.
pub fn reference() -> Value {
    serde_json::from_str(include_str!("../../data/lubuskie-2016.json")).unwrap()
}

/// Ids in the order of the file, found again by kind and slug.
#[derive(Default)]
struct Ids(HashMap<(&'static str, String), Uuid>);

impl Ids {
    fn of(&mut self, kind: &'static str, slug: &str) -> Uuid {
        let next = Uuid::from_u128(self.0.len() as u128 + 1);
        *self.0.entry((kind, slug.to_owned())).or_insert(next)
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn optional(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn date(value: &Value) -> NaiveDate {
    value.as_str().unwrap().parse().unwrap()
}

fn optional_date(value: &Value) -> Option<NaiveDate> {
    value.as_str().map(|text| text.parse().unwrap())
}

fn rows<'a>(file: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    file[list].as_array().into_iter().flatten()
}

fn numbered(value: &Value) -> impl Iterator<Item = (i32, &Value)> {
    (1..).zip(value.as_array().into_iter().flatten())
}

/// Everything in the file, with the rows that a report must not count.
pub fn facts() -> Facts {
    let file = reference();
    let mut ids = Ids::default();
    let institutions: HashMap<&str, &Value> = rows(&file, "institutions")
        .map(|row| (row["slug"].as_str().unwrap(), row))
        .collect();
    let mut facts = Facts {
        partnership: partnership(&file, &institutions),
        ..Facts::default()
    };
    for row in rows(&file, "memberships") {
        let institution = row["institution"].as_str().unwrap();
        facts.signatories.push(SignatoryFact {
            id: ids.of("signatory", &format!("{institution}@{}", row["signed_on"])),
            institution: ids.of("institution", institution),
            sector: text(&institutions[institution]["sector"]),
            effective_from: date(&row["signed_on"]),
            withdrawn_on: optional_date(&row["withdrawn_on"]),
            counts: !matches!(row["status"].as_str(), Some("applied" | "suspended")),
        });
        let change = |on: NaiveDate, facts: &Facts| NamedFact {
            id: facts.signatories.last().unwrap().id,
            on,
            name: text(&institutions[institution]["name"]),
            role: None,
        };
        if row["status"] != "applied" {
            facts
                .accessions
                .push(change(date(&row["signed_on"]), &facts));
        }
        if let Some(left) = optional_date(&row["withdrawn_on"]) {
            facts.withdrawals.push(change(left, &facts));
        }
    }
    read_meetings(&file, &institutions, &mut ids, &mut facts);
    read_followup(&file, &mut ids, &mut facts);
    read_outreach(&file, &mut ids, &mut facts);
    facts
}

fn partnership(file: &Value, institutions: &HashMap<&str, &Value>) -> PartnershipFacts {
    let row = &file["partnership"];
    let secretariat = &row["secretariat"];
    PartnershipFacts {
        slug: text(&row["slug"]),
        name: text(&row["name"]),
        goal: optional(&row["goal"]),
        coordination: optional(&row["coordination"]),
        scope: numbered(&row["scope"])
            .map(|(_, phrase)| text(phrase))
            .collect(),
        secretariat: SecretariatFacts {
            institution: optional(
                &institutions[secretariat["institution"].as_str().unwrap()]["short_name"],
            ),
            unit: optional(&secretariat["contact_label"]),
            phone: optional(&secretariat["phone_display"]),
            email: optional(&secretariat["email"]),
        },
    }
}

fn read_meetings(
    file: &Value,
    institutions: &HashMap<&str, &Value>,
    ids: &mut Ids,
    facts: &mut Facts,
) {
    for row in rows(file, "meetings") {
        let slug = row["slug"].as_str().unwrap();
        let meeting = ids.of("meeting", slug);
        facts.meetings.push(MeetingFact {
            id: meeting,
            kind: text(&row["kind"]),
            held_on: date(&row["held_on"]),
            took_place: row["status"] == "held",
            own_role: text(&row["partnership_role"]),
            host_sector: row["host_institution"]
                .as_str()
                .map(|host| text(&institutions[host]["sector"])),
            title: optional(&row["title"]),
            carries_out: rows(file, "recommendations")
                .flat_map(|row| rows(row, "implementations"))
                .any(|row| row["meeting"] == slug),
            funding_programmes: rows(row, "funding_programmes").map(text).collect(),
        });
        for (position, topic) in numbered(&row["topics"]) {
            let id = ids.of("topic", &format!("{slug}/{}", topic["slug"]));
            let report_phrase = optional(&topic["report_phrase"]);
            facts.topics.push(TopicFact {
                id,
                meeting,
                position,
                report_phrase,
                in_the_other_case: false,
            });
        }
        for (_, output) in numbered(&row["outputs"]) {
            let id = ids.of("output", output["slug"].as_str().unwrap());
            facts.outputs.push(OutputFact {
                id,
                meeting,
                report_phrase: text(&output["report_phrase"]),
            });
        }
    }
    for (position, row) in numbered(&file["good_practices"]) {
        let presenter = row["presenter_institution"].as_str().unwrap();
        facts.good_practices.push(GoodPracticeFact {
            id: ids.of("good practice", row["slug"].as_str().unwrap()),
            meeting: ids.of("meeting", row["meeting"].as_str().unwrap()),
            position,
            presenter: ids.of("institution", presenter),
            presenter_name: text(&institutions[presenter]["name"]),
            presenter_genitive: optional(&institutions[presenter]["name_genitive"]),
        });
    }
}

fn read_followup(file: &Value, ids: &mut Ids, facts: &mut Facts) {
    for row in rows(file, "recommendations") {
        let implementations =
            numbered(&row["implementations"]).map(|(_, row)| ImplementationFact {
                id: ids.of("implementation", row["slug"].as_str().unwrap()),
                completed_on: optional_date(&row["completed_on"]),
                report_text: optional(&row["report_text"]),
                goal_text: optional(&row["goal_text"]),
            });
        let implementations: Vec<_> = implementations.collect();
        let outcome = (row["status"] == "implemented").then(|| Outcome {
            in_part: false,
            on: implementations
                .iter()
                .filter_map(|row: &ImplementationFact| row.completed_on)
                .max(),
        });
        facts.recommendations.push(RecommendationFact {
            id: ids.of("recommendation", row["slug"].as_str().unwrap()),
            kind: "recommendation".to_owned(),
            number: optional(&row["number"]),
            adopted_on: optional_date(&row["adopted_on"]),
            title: text(&row["title"]),
            outcome,
            implementations,
        });
    }
    for row in rows(file, "commitments") {
        let slug = row["slug"].as_str().unwrap();
        let recommendation = ids.of("recommendation", row["recommendation"].as_str().unwrap());
        let recommendation = facts
            .recommendations
            .iter()
            .find(|row| row.id == recommendation)
            .unwrap();
        let in_force_from = recommendation.adopted_on.unwrap();
        let fulfilments =
            rows(file, "commitment_fulfilments").filter(|row| row["commitment"] == slug);
        let fulfilments = fulfilments.map(|row| {
            let meeting = row["meeting"].as_str().unwrap();
            let meeting_id = ids.of("meeting", meeting);
            let held = facts
                .meetings
                .iter()
                .find(|row| row.id == meeting_id)
                .unwrap();
            let id = ids.of("fulfilment", &format!("{slug}|{meeting}"));
            FulfilmentFact {
                id,
                held_on: held.held_on,
                took_place: held.took_place,
            }
        });
        let fulfilments = fulfilments.collect();
        facts.commitments.push(CommitmentFact {
            id: ids.of("commitment", slug),
            slug: slug.to_owned(),
            min_count: u32::try_from(row["min_per_year"].as_u64().unwrap()).unwrap(),
            channel: text(&row["channel"]),
            report_text: text(&row["report_text"]),
            in_force_from,
            in_force_to: None,
            fulfilments,
        });
    }
    for row in rows(file, "effects") {
        facts.effects.push(EffectFact {
            id: ids.of("effect", row["slug"].as_str().unwrap()),
            period: Period::year(row["period"].as_str().unwrap().parse().unwrap()).unwrap(),
            position: i32::try_from(row["position"].as_i64().unwrap()).unwrap(),
            report_text: text(&row["report_text"]),
        });
    }
}

fn read_outreach(file: &Value, ids: &mut Ids, facts: &mut Facts) {
    for row in rows(file, "communiques") {
        facts.communiques.push(CommuniqueFact {
            id: ids.of("communique", row["slug"].as_str().unwrap()),
            released_on: optional_date(&row["published_on"]),
            withdrawn_on: match row["status"].as_str() {
                Some("retracted") => optional_date(&row["published_on"]),
                _ => None,
            },
        });
    }
    for row in rows(file, "communique_publications") {
        let (communique, institution) = (
            row["communique"].as_str().unwrap(),
            row["institution"].as_str().unwrap(),
        );
        let posted_on = date(&row["published_on"]);
        let by = ids.of("institution", institution);
        facts.postings.push(PostingFact {
            id: ids.of("posting", &format!("{communique}|{institution}")),
            communique: ids.of("communique", communique),
            institution: by,
            posted_on: Some(posted_on),
            signatory_on_the_day: facts.signatories.iter().any(|row| {
                row.institution == by
                    && row.counts
                    && active_on(posted_on, row.effective_from, row.withdrawn_on)
            }),
        });
    }
}
