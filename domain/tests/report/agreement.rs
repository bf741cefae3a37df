//! Numbers and the words they govern: the vectors of the requirement, for each sentence.

use domain::language::Language;
use domain::report::{Facts, Worded, count};

use crate::rows;

const PERIOD_YEAR: i32 = 2016;

fn sentence(facts: &Facts, language: Language, key: &str) -> String {
    let report = Worded::of(facts, &count(facts, rows::year(PERIOD_YEAR)), language);
    let sentences = report
        .sections
        .into_iter()
        .flat_map(|section| section.sentences);
    sentences
        .into_iter()
        .find(|sentence| sentence.key == key)
        .unwrap()
        .text
}

fn of_meetings(kind: &str, number: u128) -> Facts {
    Facts {
        meetings: (1..=number).map(|id| rows::meeting(id, kind)).collect(),
        ..Facts::default()
    }
}

fn of_signatories(number: u128) -> Facts {
    let mut facts = Facts {
        signatories: (1..=number).map(rows::signatory).collect(),
        ..Facts::default()
    };
    facts.partnership.scope = vec!["promocję".to_owned()];
    facts
}

fn of_recommendations(number: u128) -> Facts {
    Facts {
        recommendations: (1..=number).map(rows::recommendation).collect(),
        ..Facts::default()
    }
}

/// So many communiqués, each posted by so many institutions.
fn of_communiques(communiques: u128, institutions: u128) -> Facts {
    let pairs = (1..=communiques).flat_map(|row| (1..=institutions).map(move |by| (row, by)));
    Facts {
        communiques: (1..=communiques).map(rows::communique).collect(),
        postings: pairs
            .map(|(row, by)| rows::posting(row * 1000 + by, row, by))
            .collect(),
        ..Facts::default()
    }
}

fn polish(facts: &Facts, key: &str) -> String {
    sentence(facts, Language::Pl, key)
}

fn english(facts: &Facts, key: &str) -> String {
    sentence(facts, Language::En, key)
}

#[test]
fn signatories() {
    let expected = [
        (1, "podpisała 1 instytucja, a zakres jej"),
        (2, "podpisały 2 instytucje, a zakres ich"),
        (5, "podpisało 5 instytucji, a zakres ich"),
        (12, "podpisało 12 instytucji, a zakres ich"),
        (21, "podpisało 21 instytucji, a zakres ich"),
        (22, "podpisały 22 instytucje, a zakres ich"),
        (24, "podpisały 24 instytucje, a zakres ich"),
        (25, "podpisało 25 instytucji, a zakres ich"),
        (69, "podpisało 69 instytucji, a zakres ich"),
        (101, "podpisało 101 instytucji, a zakres ich"),
        (102, "podpisały 102 instytucje, a zakres ich"),
        (112, "podpisało 112 instytucji, a zakres ich"),
    ];
    for (number, middle) in expected {
        let text = format!("Umowę partnerstwa {middle} współpracy partnerskiej obejmuje:");
        assert_eq!(polish(&of_signatories(number), "signatories"), text);
    }
    let mut without_scope = of_signatories(22);
    without_scope.partnership.scope.clear();
    assert_eq!(
        polish(&without_scope, "signatories"),
        "Umowę partnerstwa podpisały 22 instytucje."
    );
    let start = "The partnership agreement was signed by";
    assert!(
        english(&of_signatories(1), "signatories").starts_with(&format!("{start} 1 institution,"))
    );
    assert!(
        english(&of_signatories(2), "signatories").starts_with(&format!("{start} 2 institutions,"))
    );
}

#[test]
fn meetings_in_the_accusative() {
    let expected = [
        (1, "jedno spotkanie"),
        (2, "dwa spotkania"),
        (3, "trzy spotkania"),
        (4, "cztery spotkania"),
        (5, "pięć spotkań"),
        (6, "sześć spotkań"),
        (7, "siedem spotkań"),
        (8, "osiem spotkań"),
        (9, "dziewięć spotkań"),
        (10, "dziesięć spotkań"),
        (12, "12 spotkań"),
        (21, "21 spotkań"),
        (22, "22 spotkania"),
        (24, "24 spotkania"),
        (25, "25 spotkań"),
        (69, "69 spotkań"),
        (101, "101 spotkań"),
        (102, "102 spotkania"),
        (112, "112 spotkań"),
    ];
    for (number, meetings) in expected {
        let mut facts = of_meetings("council", number);
        assert_eq!(
            polish(&facts, "council"),
            format!("Zorganizowano {meetings} Rady Programowej.")
        );
        facts.topics = vec![rows::topic(1, 1, "perspektyw")];
        let which = if number == 1 { "którego" } else { "których" };
        let text = format!(
            "Zorganizowano {meetings} Rady Programowej, w trakcie {which} poruszano tematykę dotyczącą:"
        );
        assert_eq!(polish(&facts, "council"), text);
    }
    assert_eq!(
        english(&of_meetings("council", 1), "council"),
        "The Programme Council held one meeting."
    );
    assert_eq!(
        english(&of_meetings("council", 12), "council"),
        "The Programme Council held 12 meetings."
    );
}

#[test]
fn meetings_in_the_locative() {
    let expected = [
        (1, "jednym spotkaniu", "1 spotkaniu roboczym"),
        (2, "dwóch spotkaniach", "2 spotkaniach roboczych"),
        (3, "trzech spotkaniach", "3 spotkaniach roboczych"),
        (4, "czterech spotkaniach", "4 spotkaniach roboczych"),
        (5, "pięciu spotkaniach", "5 spotkaniach roboczych"),
        (6, "sześciu spotkaniach", "6 spotkaniach roboczych"),
        (7, "siedmiu spotkaniach", "7 spotkaniach roboczych"),
        (8, "ośmiu spotkaniach", "8 spotkaniach roboczych"),
        (9, "dziewięciu spotkaniach", "9 spotkaniach roboczych"),
        (10, "dziesięciu spotkaniach", "10 spotkaniach roboczych"),
        (12, "12 spotkaniach", "12 spotkaniach roboczych"),
        (21, "21 spotkaniach", "21 spotkaniach roboczych"),
        (22, "22 spotkaniach", "22 spotkaniach roboczych"),
        (25, "25 spotkaniach", "25 spotkaniach roboczych"),
        (101, "101 spotkaniach", "101 spotkaniach roboczych"),
        (102, "102 spotkaniach", "102 spotkaniach roboczych"),
        (112, "112 spotkaniach", "112 spotkaniach roboczych"),
    ];
    for (number, owes, committee) in expected {
        let which = if number == 1 { "którego" } else { "których" };
        let start =
            "Realizując współpracę z Ośrodkiem Wsparcia Ekonomii Społecznej, uczestniczono w";
        let text = polish(&of_meetings("owes", number), "owes");
        assert!(
            text.starts_with(&format!(
                "{start} {owes} z kadrą OWES, w trakcie {which} prezentowano"
            )),
            "{text}"
        );
        let mut facts = of_meetings("regional_committee", number);
        assert_eq!(
            polish(&facts, "regional_committee"),
            format!("Uczestniczono w {committee}.")
        );
        facts.outputs = vec![rows::output(1, 1)];
        let text = format!("Uczestniczono w {committee}, w trakcie {which}:");
        assert_eq!(polish(&facts, "regional_committee"), text);
    }
    assert!(
        english(&of_meetings("owes", 1), "owes")
            .contains("took part in one meeting with OWES staff")
    );
    let committee = english(&of_meetings("regional_committee", 6), "regional_committee");
    assert_eq!(
        committee,
        "The partnership took part in 6 working meetings."
    );
}

#[test]
fn assemblies() {
    let mut facts = of_meetings("assembly", 2);
    facts.meetings[0].held_on = rows::date("2016-11-22");
    facts.meetings[1].held_on = rows::date("2016-03-15");
    let text = "Zorganizowano dwa spotkania sygnatariuszy partnerstwa: 15 marca 2016 r. i 22 listopada 2016 r.";
    assert_eq!(polish(&facts, "assembly"), text);
    let text = "The signatories of the partnership held two meetings: on 15 March 2016 and 22 November 2016.";
    assert_eq!(english(&facts, "assembly"), text);
    facts.topics = vec![rows::topic(9, 1, "wybór Rady")];
    assert_eq!(
        polish(&facts, "assembly.course"),
        "Program spotkań obejmował:"
    );
    let text = "Zorganizowano 12 spotkań sygnatariuszy partnerstwa: 18 maja 2016 r.";
    assert_eq!(polish(&of_meetings("assembly", 12), "assembly"), text);
}

#[test]
fn recommendations() {
    let expected = [
        (1, "jedną rekomendację"),
        (2, "dwie rekomendacje"),
        (3, "trzy rekomendacje"),
        (4, "cztery rekomendacje"),
        (5, "pięć rekomendacji"),
        (6, "sześć rekomendacji"),
        (7, "siedem rekomendacji"),
        (8, "osiem rekomendacji"),
        (9, "dziewięć rekomendacji"),
        (10, "dziesięć rekomendacji"),
        (12, "12 rekomendacji"),
        (21, "21 rekomendacji"),
        (22, "22 rekomendacje"),
        (24, "24 rekomendacje"),
        (25, "25 rekomendacji"),
        (69, "69 rekomendacji"),
        (101, "101 rekomendacji"),
        (102, "102 rekomendacje"),
        (112, "112 rekomendacji"),
    ];
    for (number, middle) in expected {
        let text = format!("Opracowano {middle} na rzecz ekonomii społecznej:");
        assert_eq!(polish(&of_recommendations(number), "recommendations"), text);
    }
    let one = english(&of_recommendations(1), "recommendations");
    assert_eq!(
        one,
        "One recommendation for the social economy was adopted:"
    );
    let many = english(&of_recommendations(21), "recommendations");
    assert_eq!(
        many,
        "21 recommendations for the social economy were adopted:"
    );
}

#[test]
fn commitments() {
    let expected = [
        (1, "Obowiązywało jedno zobowiązanie:"),
        (2, "Obowiązywały dwa zobowiązania:"),
        (4, "Obowiązywały cztery zobowiązania:"),
        (5, "Obowiązywało pięć zobowiązań:"),
        (12, "Obowiązywało 12 zobowiązań:"),
        (21, "Obowiązywało 21 zobowiązań:"),
        (22, "Obowiązywały 22 zobowiązania:"),
        (101, "Obowiązywało 101 zobowiązań:"),
        (102, "Obowiązywały 102 zobowiązania:"),
        (112, "Obowiązywało 112 zobowiązań:"),
    ];
    for (number, start) in expected {
        let facts = Facts {
            commitments: (1..=number).map(rows::commitment).collect(),
            ..Facts::default()
        };
        assert!(polish(&facts, "commitments").starts_with(start), "{start}");
    }
}

#[test]
fn how_often_a_commitment_was_kept() {
    let times = |minimum: u32, done: u128, language| {
        let mut row = rows::commitment(1);
        row.min_count = minimum;
        row.fulfilments = (1..=done)
            .map(|id| rows::fulfilment(id, "2016-04-20"))
            .collect();
        let facts = Facts {
            commitments: vec![row],
            ..Facts::default()
        };
        let report = Worded::of(&facts, &count(&facts, rows::year(PERIOD_YEAR)), language);
        report
            .sections
            .iter()
            .flat_map(|section| &section.items)
            .next()
            .unwrap()
            .text
            .clone()
    };
    let polish = |minimum: &str, done: &str| {
        format!(
            "przekazywanie informacji (w trakcie cyklicznych spotkań partnerskich, co najmniej {minimum} w roku) – {done}"
        )
    };
    assert_eq!(
        times(1, 0, Language::Pl),
        polish("raz", "nie wykonano ani razu")
    );
    assert_eq!(times(1, 1, Language::Pl), polish("raz", "wykonano: 1 raz"));
    assert_eq!(
        times(2, 2, Language::Pl),
        polish("2 razy", "wykonano: 2 razy")
    );
    assert_eq!(
        times(5, 21, Language::Pl),
        polish("5 razy", "wykonano: 21 razy")
    );
    let english = times(1, 2, Language::En);
    assert_eq!(
        english,
        "przekazywanie informacji (at cyclic partner meetings, at least once a year) – done twice"
    );
}

#[test]
fn information_meetings() {
    let rest = "popularyzowania partnerstwa i tematyki ekonomii społecznej w regionie.";
    let in_roles = |number, roles: &[&str]| {
        let mut facts = of_meetings("information", number);
        for (meeting, role) in facts.meetings.iter_mut().zip(roles.iter().cycle()) {
            meeting.own_role = (*role).to_owned();
        }
        polish(&facts, "information")
    };
    let one = in_roles(1, &["participant"]);
    let start = "Uczestniczono w 1 spotkaniu informacyjnym dotyczącym";
    assert_eq!(one, format!("{start} {rest} Odbyło się ono w NGO."));
    for number in [2, 5, 12, 21, 22, 24, 25, 69, 101, 102, 112] {
        let many = in_roles(number, &["organizer", "participant"]);
        let start = format!(
            "Zorganizowano i uczestniczono w {number} spotkaniach informacyjnych dotyczących"
        );
        assert_eq!(many, format!("{start} {rest} Odbyły się one w NGO."));
        let attended = in_roles(number, &["participant"]);
        let start = format!("Uczestniczono w {number} spotkaniach informacyjnych dotyczących");
        assert_eq!(attended, format!("{start} {rest} Odbyły się one w NGO."));
    }
    for (number, start) in [
        (1, "Zorganizowano 1 spotkanie informacyjne dotyczące"),
        (3, "Zorganizowano 3 spotkania informacyjne dotyczące"),
        (5, "Zorganizowano 5 spotkań informacyjnych dotyczących"),
        (12, "Zorganizowano 12 spotkań informacyjnych dotyczących"),
        (22, "Zorganizowano 22 spotkania informacyjne dotyczące"),
    ] {
        let organized = in_roles(number, &["organizer", "co_organizer"]);
        assert!(
            organized.starts_with(&format!("{start} {rest}")),
            "{organized}"
        );
    }
    let mut unknown = of_meetings("information", 1);
    unknown.meetings[0].host_sector = None;
    assert!(!polish(&unknown, "information").contains("Odbyło"));
}

#[test]
fn sectors_follow_the_preposition() {
    let hosted = |sectors: &[&str]| {
        let mut facts = of_meetings("information", sectors.len() as u128);
        for (meeting, sector) in facts.meetings.iter_mut().zip(sectors) {
            meeting.host_sector = Some((*sector).to_owned());
        }
        let text = polish(&facts, "information");
        text.split(" się ")
            .last()
            .unwrap()
            .split_once(" w ")
            .unwrap()
            .1
            .to_owned()
    };
    let (labour, social) = (
        "labour_market_institution",
        "social_integration_institution",
    );
    assert_eq!(
        hosted(&[social, labour]),
        "instytucjach rynku pracy i integracji społecznej."
    );
    assert_eq!(hosted(&[social]), "instytucjach integracji społecznej.");
    assert_eq!(
        hosted(&["ngo", social]),
        "instytucjach integracji społecznej i NGO."
    );
    assert_eq!(
        hosted(&["other_public", "academia", "business"]),
        "środowisku biznesu, środowisku akademickim i innych instytucjach publicznych."
    );
}

#[test]
fn communiques() {
    let expected = [
        (
            1,
            1,
            "Zamieszczono 1 komunikat w 1 instytucji partnerskiej.",
        ),
        (
            2,
            2,
            "Zamieszczono 2 komunikaty w 2 instytucjach partnerskich.",
        ),
        (
            5,
            5,
            "Zamieszczono 5 komunikatów w 5 instytucjach partnerskich.",
        ),
        (
            12,
            1,
            "Zamieszczono 12 komunikatów w 1 instytucji partnerskiej.",
        ),
        (
            21,
            21,
            "Zamieszczono 21 komunikatów w 21 instytucjach partnerskich.",
        ),
        (
            22,
            22,
            "Zamieszczono 22 komunikaty w 22 instytucjach partnerskich.",
        ),
        (
            24,
            1,
            "Zamieszczono 24 komunikaty w 1 instytucji partnerskiej.",
        ),
        (
            25,
            5,
            "Zamieszczono 25 komunikatów w 5 instytucjach partnerskich.",
        ),
        (
            1,
            69,
            "Zamieszczono 1 komunikat w 69 instytucjach partnerskich.",
        ),
        (
            101,
            2,
            "Zamieszczono 101 komunikatów w 2 instytucjach partnerskich.",
        ),
        (
            102,
            2,
            "Zamieszczono 102 komunikaty w 2 instytucjach partnerskich.",
        ),
        (
            112,
            2,
            "Zamieszczono 112 komunikatów w 2 instytucjach partnerskich.",
        ),
        (
            1,
            0,
            "Wydano 1 komunikat, lecz nie zamieściła go żadna instytucja partnerska.",
        ),
        (
            4,
            0,
            "Wydano 4 komunikaty, lecz wszystkich nie zamieściła żadna instytucja partnerska.",
        ),
        (
            5,
            0,
            "Wydano 5 komunikatów, lecz wszystkich nie zamieściła żadna instytucja partnerska.",
        ),
    ];
    for (communiques, institutions, end) in expected {
        let text = polish(&of_communiques(communiques, institutions), "communiques");
        assert!(text.ends_with(end), "{text}");
    }
    let text = english(&of_communiques(1, 1), "communiques");
    assert!(
        text.ends_with(" 1 communiqué was posted by 1 partner institution."),
        "{text}"
    );
}

/// The plural category by CLDR, written independently of Fluent.
fn category(number: u128) -> &'static str {
    match (number, number % 10, number % 100) {
        (1, _, _) => "one",
        (_, _, 12..=14) => "many",
        (_, 2..=4, _) => "few",
        _ => "many",
    }
}

#[test]
fn every_number_up_to_some_hundreds_agrees() {
    for number in 1..=330 {
        let text = polish(&of_signatories(number), "signatories");
        let expected = match category(number) {
            "one" => format!("podpisała {number} instytucja,"),
            "few" => format!("podpisały {number} instytucje,"),
            _ => format!("podpisało {number} instytucji,"),
        };
        assert!(text.contains(&expected), "{text}");
    }
}

#[test]
fn communiques_that_some_posted_in_part() {
    for (communiques, institutions, text) in [
        (
            5,
            1,
            "Wydano 5 komunikatów, a wszystkie zamieściła 1 instytucja partnerska.",
        ),
        (
            4,
            2,
            "Wydano 4 komunikaty, a wszystkie zamieściły 2 instytucje partnerskie.",
        ),
        (
            22,
            12,
            "Wydano 22 komunikaty, a wszystkie zamieściło 12 instytucji partnerskich.",
        ),
        (
            2,
            0,
            "Wydano 2 komunikaty, lecz wszystkich nie zamieściła żadna instytucja partnerska.",
        ),
    ] {
        let mut facts = of_communiques(communiques, institutions);
        // One more posted the first of them only.
        facts.postings.push(rows::posting(900_000, 1, 900));
        let told = polish(&facts, "communiques");
        assert!(told.ends_with(text), "{told}");
    }
}
