//! A year of a large, invented partnership, in the format that `partnerstwo import` reads. The same
//! for everybody: nothing in it is random but by a generator with a fixed seed.

use serde_json::{Map, Value, json};

use crate::words::{KINDS, MEETINGS, PATRONS, TOWNS};

/// Its partnership.
pub const PARTNERSHIP: &str = "partnerstwo-pomiarowe";
/// The kind that most institutions are of: the filter of S2.
pub const COMMON_KIND: &str = "association";

/// As many as performance.md measures, divided by `scale`.
pub struct Sizes {
    institutions: u64,
    meetings: u64,
    postings_each: u64,
}

const COMMUNIQUES: u64 = 20;
const OUTPUTS: u64 = 30;
const ASSEMBLIES: u64 = 4;

impl Sizes {
    /// Never so few that a figure of the report would be nothing.
    pub fn of(scale: u64) -> Self {
        let divided = |size: u64, least: u64| (size / scale.max(1)).max(least);
        let institutions = divided(10_000, 100);
        Self {
            institutions,
            meetings: divided(24_000, 400),
            postings_each: divided(2_000, 50).min(institutions),
        }
    }
}

/// Knuth's linear congruential generator: enough for data, and the same everywhere.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2).wrapping_add(1))
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit.max(1)
    }

    /// The index of the part in which a number below a hundred falls.
    fn share(&mut self, parts: impl Iterator<Item = u64>) -> usize {
        let mut left = self.below(100);
        let place = |part: u64| {
            let here = left < part;
            left = left.saturating_sub(part);
            here
        };
        parts.map(place).position(|here| here).unwrap_or(0)
    }

    /// One of a list.
    fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len() as u64) as usize]
    }
}

/// The whole file.
pub fn file(scale: u64) -> Value {
    let sizes = Sizes::of(scale);
    let mut dice = Dice::new(2016);
    let institutions: Vec<Value> = (0..sizes.institutions)
        .map(|n| institution(&mut dice, n))
        .collect();
    let slugs: Vec<&str> = institutions
        .iter()
        .filter_map(|row| row["slug"].as_str())
        .collect();
    let meetings: Vec<Value> = (0..sizes.meetings)
        .map(|n| meeting(&mut dice, n, &slugs))
        .collect();
    let councils: Vec<&Value> = meetings
        .iter()
        .filter(|row| row["kind"] == "council" && row["status"] == "held")
        .collect();
    let (communiques, publications) = communiques(&sizes, &slugs);
    let (recommendations, commitments, fulfilments) = followup(&councils, &meetings);
    json!({
        "meta": {
            "format": "social-economy-partnership-seed", "format_version": "1.0.0",
            "title": "Dane do pomiarów", "timezone": "Europe/Warsaw", "synthetic": true
        },
        "reporting_periods": [{ "slug": "2016", "starts_on": "2016-01-01", "ends_on": "2016-12-31" }],
        "partnership": {
            "slug": PARTNERSHIP, "name": "Partnerstwo pomiarowe", "founded_on": "2008-06-18",
            "secretariat": { "institution": slugs[0] }
        },
        "memberships": slugs.iter().map(|slug| json!({
            "institution": slug, "signed_on": "2008-06-18", "status": "active", "signing_form": "agreement"
        })).collect::<Vec<_>>(),
        "council_terms": [{
            "slug": "rada-2014-2017", "starts_on": "2014-11-21", "ends_on": "2017-11-20",
            "seats": 11, "quorum_rule": "more_than_half", "majority_rule": "simple"
        }],
        "council_seats": slugs.iter().take(11).enumerate().map(|(n, slug)| json!({
            "term": "rada-2014-2017", "institution": slug, "from_date": "2014-11-21",
            "role": if n == 0 { "chair" } else { "member" }
        })).collect::<Vec<_>>(),
        "good_practices": councils.iter().take(200).enumerate().map(|(n, council)| json!({
            "slug": format!("praktyka-{n}"), "title": format!("Dobra praktyka nr {n}"),
            "meeting": council["slug"], "presenter_institution": slugs[n % 60]
        })).collect::<Vec<_>>(),
        "effects": (1..=20).map(|n| json!({
            "slug": format!("efekt-{n}"), "period": "2016", "position": n,
            "report_text": format!("Powstało {n} przedsięwzięć społecznych.")
        })).collect::<Vec<_>>(),
        "institutions": institutions, "meetings": meetings, "recommendations": recommendations,
        "commitments": commitments, "commitment_fulfilments": fulfilments,
        "communiques": communiques, "communique_publications": publications
    })
}

fn institution(dice: &mut Dice, n: u64) -> Value {
    let (kind, sector, name, short, public, _) = KINDS[dice.share(KINDS.iter().map(|kind| kind.5))];
    let (town, in_town, postal_code, terc) = TOWNS[dice.below(TOWNS.len() as u64) as usize];
    let patron = dice.pick(&PATRONS);
    let slug = format!("{}-{n}", kind.replace('_', "-"));
    json!({
        "name": format!("{name} „{patron}” nr {n} {in_town}"), "short_name": format!("{short} nr {n} {in_town}"),
        "type": kind, "sector": sector, "town": town, "postal_code": postal_code, "seat_terc": terc,
        "serves_terc": [&terc[..4]], "is_public_body": public, "nip": nip(n), "regon": regon(n),
        "email": format!("kontakt@{slug}.example"), "website": format!("https://{slug}.example/"), "slug": slug
    })
}

/// A valid NIP of a range that is not issued.
fn nip(n: u64) -> String {
    // A few numbers have no valid check digit: the next one has.
    (n * 2..)
        .map(|n| format!("999{n:06}"))
        .find_map(
            |digits| match weighted(&digits, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 {
                10 => None,
                check => Some(format!("{digits}{check}")),
            },
        )
        .unwrap_or_default()
}

/// A valid REGON of a range that is not issued.
fn regon(n: u64) -> String {
    let digits = format!("99{n:06}");
    let check = weighted(&digits, &[8, 9, 2, 3, 4, 5, 6, 7]) % 11 % 10;
    format!("{digits}{check}")
}

fn weighted(digits: &str, weights: &[u32]) -> u32 {
    digits
        .bytes()
        .zip(weights)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum()
}

/// A day of 2016.
fn day(n: u64) -> String {
    let mut left = n % 366;
    for (month, days) in (1..).zip([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
        if left < days {
            return format!("2016-{month:02}-{:02}", left + 1);
        }
        left -= days;
    }
    "2016-12-31".to_owned()
}

fn meeting(dice: &mut Dice, n: u64, slugs: &[&str]) -> Value {
    let (kind, title) = if n < ASSEMBLIES {
        ("assembly", "Spotkanie sygnatariuszy partnerstwa")
    } else {
        let (kind, title, _) = MEETINGS[dice.share(MEETINGS.iter().map(|kind| kind.2))];
        (kind, title)
    };
    let statuses = [
        "held",
        "held",
        "held",
        "held",
        "held",
        "closed",
        "minutes_approved",
        "held",
        "cancelled",
        "postponed",
    ];
    let own_role = match kind {
        "owes" | "regional_committee" => dice.pick(&["participant", "participant", "co_organizer"]),
        "information" => dice.pick(&["organizer", "participant", "co_organizer"]),
        _ => "organizer",
    };
    // Three different institutions come, wherever the first one stands.
    let first = dice.below(slugs.len() as u64) as usize;
    let attendance: Vec<&str> = (0..3)
        .map(|place| slugs[(first + place * 7) % slugs.len()])
        .collect();
    let mut row = Map::new();
    let mut set = |name: &str, value: Value| row.insert(name.to_owned(), value);
    set("slug", json!(format!("spotkanie-2016-{n}")));
    set("kind", json!(kind));
    set(
        "status",
        json!(if n < ASSEMBLIES {
            "held"
        } else {
            dice.pick(&statuses)
        }),
    );
    set("held_on", json!(day(dice.below(366))));
    set("title", json!(format!("{title} ({n})")));
    set("town", json!(TOWNS[first % TOWNS.len()].0));
    set("host_institution", json!(dice.pick(slugs)));
    set("partnership_role", json!(own_role));
    set("mode", json!("onsite"));
    set("attendance", json!(attendance));
    if matches!(kind, "council" | "assembly") {
        set("topics", json!((0..2).map(|topic| json!({
            "slug": format!("temat-{topic}"), "title": format!("Współpraca służb, część {topic}"),
            // Not every topic belongs in the report.
            "report_phrase": (topic == 0).then(|| format!("współpracy służb społecznych, spotkanie {n}"))
        })).collect::<Vec<_>>()));
    }
    if kind == "regional_committee" && n.is_multiple_of(2) {
        let output = n / 2 % OUTPUTS;
        let phrase = format!("opracowano harmonogram działań nr {output}");
        set(
            "outputs",
            json!([{ "slug": format!("wynik-{output}"), "report_phrase": phrase }]),
        );
    }
    Value::Object(row)
}

/// Each was posted by other institutions than the one before, but for some that posted all.
fn communiques(sizes: &Sizes, slugs: &[&str]) -> (Vec<Value>, Vec<Value>) {
    let mut publications = Vec::new();
    let communiques = (0..COMMUNIQUES).map(|n| {
        let slug = format!("komunikat-2016-{}", n + 1);
        let released_on = day(n * 15);
        let window = sizes.postings_each * n / COMMUNIQUES / 2;
        publications.extend((0..sizes.postings_each).map(|place| {
            let institution = slugs[((window + place) % slugs.len() as u64) as usize];
            json!({
                "communique": slug, "institution": institution, "published_on": day(n * 15 + place % 30),
                "url": format!("https://{institution}.example/{slug}")
            })
        }));
        json!({
            "slug": slug, "number": format!("{}/2016", n + 1), "published_on": released_on,
            "status": if n % 7 == 6 { "corrected" } else { "published" },
            "title": format!("Komunikat nr {}/2016 z działań Rady Programowej", n + 1)
        })
    });
    (communiques.collect(), publications)
}

fn followup(councils: &[&Value], meetings: &[Value]) -> (Vec<Value>, Vec<Value>, Vec<Value>) {
    let mut recommendations: Vec<Value> = (1..)
        .zip(councils.iter().take(60))
        .map(|(n, council)| {
            let done = json!([{
                "slug": format!("wdrozenie-{n}"), "completed_on": "2016-12-30",
                "report_text": format!("Zorganizowano szkolenie nr {n}.")
            }]);
            json!({
                "slug": format!("rek-2016-{n}"), "number": format!("{n}/2016"), "title": format!("Szkolenie nr {n}"),
                "status": if n % 3 == 0 { "adopted" } else { "implemented" },
                "adopted_on": council["held_on"], "adopted_at": council["slug"],
                "vote": { "for": 9, "against": 0, "abstain": 0, "present": 9, "seats": 11 },
                "addressees": ["ngo", "local_government"],
                "implementations": if n % 3 == 0 { json!([]) } else { done }
            })
        })
        .collect();
    // Adopted before the year, so that what follows from it is in force for all of it.
    recommendations.push(json!({
        "slug": "rek-2015-1", "number": "1/2015", "title": "Cykliczne spotkania", "status": "in_implementation",
        "adopted_on": "2015-11-20"
    }));
    let commitments = (1..=10).map(|n| {
        json!({
            "slug": format!("zob-{n}"), "recommendation": "rek-2015-1", "min_per_year": 2 + n % 3,
            "channel": "cyclic_partner_meeting", "party_types": ["pup", "ops", "pcpr"],
            "report_text": format!("przekazywanie informacji nr {n}")
        })
    });
    let forums: Vec<&Value> = meetings
        .iter()
        .filter(|row| row["kind"] == "partner_forum")
        .collect();
    let fulfilments = (0..30).zip(&forums).map(|(n, forum)| json!({
        "commitment": format!("zob-{}", n % 10 + 1), "meeting": forum["slug"], "fulfilled_on": forum["held_on"]
    }));
    (
        recommendations,
        commitments.collect(),
        fulfilments.collect(),
    )
}
