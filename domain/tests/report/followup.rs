//! Each rule of counting what was promised, posted and achieved.

use domain::language::Language;
use domain::report::facts::*;
use domain::report::{Facts, FigureKey as Key, Figures, Section, Worded, count};

use crate::rows::{self, date, id, year};

fn counted(facts: &Facts) -> Figures {
    count(facts, year(2016))
}

fn polish(facts: &Facts) -> Worded {
    Worded::of(facts, &counted(facts), Language::Pl)
}

#[test]
fn recommendations_count_by_adoption_and_by_the_day_on_which_they_were_carried_out() {
    let mut later = rows::recommendation(10);
    later.outcome = Some(Outcome {
        in_part: false,
        on: Some(date("2016-12-31")),
    });
    later.implementations = vec![
        rows::implementation(21, None),
        rows::implementation(22, Some("2016-12-31")),
    ];
    let mut open = rows::recommendation(9);
    open.implementations = vec![rows::implementation(23, Some("2017-01-01"))];
    open.outcome = Some(Outcome {
        in_part: true,
        on: Some(date("2017-01-01")),
    });
    let draft = RecommendationFact {
        adopted_on: None,
        ..rows::recommendation(8)
    };
    let older = RecommendationFact {
        adopted_on: Some(date("2015-12-31")),
        outcome: Some(Outcome {
            in_part: true,
            on: Some(date("2016-01-01")),
        }),
        ..rows::recommendation(7)
    };
    let facts = Facts {
        recommendations: vec![later, open, draft, older],
        ..Facts::default()
    };
    let figures = counted(&facts);
    assert_eq!(
        figures.records(Key::RecommendationsAdopted),
        [id(9), id(10)]
    );
    assert_eq!(figures.records(Key::RecommendationsImplemented), [id(10)]);
    let in_part = Key::RecommendationsPartiallyImplemented;
    assert_eq!(figures.records(in_part), [id(7)]);
    let report = polish(&facts);
    let items: Vec<_> = report.sections[5]
        .items
        .iter()
        .map(|item| item.text.as_str())
        .collect();
    let expected = [
        "Rekomendacja 9 – do końca okresu sprawozdawczego nie wykazano realizacji.",
        "Zrobiono.",
    ];
    assert_eq!(items, expected);
    let earlier = section(&report, "recommendations_earlier");
    assert_eq!(
        earlier.items[0].text,
        "Rekomendacja 7 – zrealizowano częściowo."
    );
}

fn section<'a>(report: &'a Worded, key: &str) -> &'a Section {
    let sections = &report.sections;
    sections.iter().find(|row| row.key == key).unwrap()
}

#[test]
fn what_was_carried_out_is_never_said_to_be_open() {
    let told = |outcome: Option<(bool, Option<&str>)>, done: Option<&str>, texts: bool| {
        let mut row = rows::recommendation(1);
        row.outcome = outcome.map(|(in_part, on)| Outcome {
            in_part,
            on: on.map(date),
        });
        row.implementations = done
            .map(|day| rows::implementation(2, Some(day)))
            .into_iter()
            .collect();
        if !texts {
            row.implementations
                .iter_mut()
                .for_each(|done| done.report_text = None);
        }
        let facts = Facts {
            recommendations: vec![row],
            ..Facts::default()
        };
        let report = polish(&facts);
        let told = section(&report, "recommendations").items[0].text.clone();
        (told.replace("Rekomendacja 1 – ", ""), report.warnings)
    };
    let open = "do końca okresu sprawozdawczego nie wykazano realizacji.";
    for (outcome, done, texts, expected) in [
        (None, None, true, open),
        (None, Some("2016-07-01"), true, "Zrobiono."),
        (None, Some("2016-07-01"), false, "w trakcie realizacji."),
        (None, Some("2017-07-01"), true, open),
        (
            Some((false, Some("2016-07-01"))),
            None,
            true,
            "zrealizowano.",
        ),
        (Some((false, None)), None, true, "zrealizowano."),
        (Some((true, None)), None, true, "zrealizowano częściowo."),
        (
            Some((true, Some("2016-07-01"))),
            Some("2016-07-01"),
            true,
            "Zrobiono. Zrealizowano częściowo.",
        ),
        (Some((false, Some("2017-07-01"))), None, true, open),
    ] {
        let (text, warnings) = told(outcome, done, texts);
        assert_eq!(text, expected, "{outcome:?} {done:?}");
        let undated = outcome.is_some_and(|(_, on)| on.is_none());
        let codes: Vec<_> = warnings.iter().map(|warning| warning.code).collect();
        assert_eq!(codes.contains(&"implemented_on_unknown"), undated);
    }
}

#[test]
fn conclusions_and_interventions_are_counted_and_worded_apart() {
    let of = |number, kind: &str| RecommendationFact {
        kind: kind.to_owned(),
        ..rows::recommendation(number)
    };
    let facts = Facts {
        recommendations: vec![
            of(1, "conclusion"),
            of(2, "conclusion"),
            of(3, "intervention"),
            of(4, "recommendation"),
        ],
        ..Facts::default()
    };
    let figures = counted(&facts);
    let counts = [
        Key::RecommendationsAdopted,
        Key::ConclusionsAdopted,
        Key::InterventionsAdopted,
    ];
    assert_eq!(counts.map(|key| figures.integer(key)), [1, 2, 1]);
    let report = polish(&facts);
    for (key, text) in [
        (
            "recommendations",
            "Opracowano jedną rekomendację na rzecz ekonomii społecznej:",
        ),
        (
            "conclusions",
            "Opracowano dwa wnioski na rzecz ekonomii społecznej:",
        ),
        (
            "interventions",
            "Podjęto jedną interwencję na rzecz ekonomii społecznej:",
        ),
    ] {
        assert_eq!(section(&report, key).sentences[0].text, text);
    }
}

#[test]
fn a_commitment_that_began_in_the_period_is_prorated() {
    let commitments = |fulfilled: &[&str]| {
        let mut row = CommitmentFact {
            in_force_from: date("2016-05-18"),
            ..rows::commitment(1)
        };
        row.fulfilments = (1..)
            .zip(fulfilled)
            .map(|(number, day)| rows::fulfilment(number, day))
            .collect();
        Facts {
            commitments: vec![row],
            ..Facts::default()
        }
    };
    // One of them from before it came into force; two of three are enough for 228 days of 366.
    let kept = commitments(&["2016-04-20", "2016-07-13"]);
    assert_eq!(counted(&kept).integer(Key::CommitmentsFulfilled), 1);
    assert_eq!(polish(&kept).warnings, []);
    let unmet = commitments(&["2016-07-13", "2017-01-13", "2015-12-31"]);
    assert_eq!(counted(&unmet).integer(Key::CommitmentsFulfilled), 0);
    let report = polish(&unmet);
    assert_eq!(report.warnings[0].code, "commitment_unmet");
    let detail = "Zobowiązanie „przekazywanie informacji” – wykonano: 1 raz, a w tym okresie wymagano co najmniej 2 razy.";
    assert_eq!(report.warnings[0].detail, detail);
    // The sentence names the yearly minimum.
    assert!(
        report.sections[6].sentences[0]
            .text
            .contains("co najmniej 3 razy w roku) – wykonano: 1 raz.")
    );
}

#[test]
fn fulfilments_are_told_for_each_commitment() {
    let mut first = rows::commitment(1);
    first.fulfilments = vec![
        rows::fulfilment(11, "2016-04-20"),
        rows::fulfilment(12, "2016-07-13"),
    ];
    let second = CommitmentFact {
        in_force_from: date("2016-12-31"),
        ..rows::commitment(2)
    };
    let ended = CommitmentFact {
        in_force_to: Some(date("2016-01-01")),
        ..rows::commitment(3)
    };
    let coming = CommitmentFact {
        in_force_from: date("2017-01-01"),
        ..rows::commitment(4)
    };
    let figures = counted(&Facts {
        commitments: vec![coming, second, ended, first],
        ..Facts::default()
    });
    assert_eq!(figures.records(Key::Commitments), [id(1), id(2)]);
    let by_commitment = [("zob-1".to_owned(), 2), ("zob-2".to_owned(), 0)];
    assert_eq!(figures.breakdown(Key::CommitmentFulfilments), by_commitment);
    assert_eq!(figures.integer(Key::CommitmentFulfilmentsEach), 0);
    assert_eq!(
        figures.records(Key::CommitmentFulfilmentsEach),
        [id(11), id(12)]
    );
}

#[test]
fn an_institution_covers_when_it_posted_every_communique() {
    let mut facts = Facts {
        communiques: vec![rows::communique(1), rows::communique(2)],
        postings: vec![
            rows::posting(11, 1, 101),
            rows::posting(12, 2, 101),
            rows::posting(13, 1, 102),
        ],
        signatories: vec![rows::signatory(1), rows::signatory(2)],
        ..Facts::default()
    };
    let figures = counted(&facts);
    assert_eq!(figures.records(Key::CommuniqueInstitutions), [id(101)]);
    assert_eq!(figures.integer(Key::CommuniquePublications), 3);
    let detail =
        "Wszystkie komunikaty zamieściła 1 instytucja, a umowę partnerstwa podpisały 2 instytucje.";
    assert_eq!(polish(&facts).warnings[0].detail, detail);
    let posted = |change: &dyn Fn(&mut PostingFact)| {
        let mut facts = facts.clone();
        change(&mut facts.postings[1]);
        let figures = counted(&facts);
        (
            figures.integer(Key::CommuniqueInstitutions),
            figures.integer(Key::CommuniquePublications),
        )
    };
    assert_eq!(posted(&|row| row.posted_on = None), (0, 2));
    assert_eq!(
        posted(&|row| row.posted_on = Some(date("2017-01-01"))),
        (0, 2)
    );
    assert_eq!(posted(&|row| row.signatory_on_the_day = false), (0, 2));
    // Of a withdrawn communiqué no posting counts, and nobody has to have posted it.
    facts.communiques[1].withdrawn_on = facts.communiques[1].released_on;
    assert_eq!(
        counted(&facts).records(Key::CommuniqueInstitutions),
        [id(101), id(102)]
    );
    facts.communiques[0].released_on = Some(date("2015-12-31"));
    let none = counted(&facts);
    assert_eq!(
        (
            none.integer(Key::CommuniquesPublished),
            none.integer(Key::CommuniqueInstitutions)
        ),
        (0, 0)
    );
}

#[test]
fn an_effect_belongs_to_the_report_in_which_its_period_ends() {
    let facts = Facts {
        effects: vec![rows::effect(1)],
        ..Facts::default()
    };
    let effects = |from: &str, to: &str| {
        count(
            &facts,
            domain::period::Period::new(date(from), date(to)).unwrap(),
        )
        .integer(Key::Effects)
    };
    assert_eq!(effects("2016-01-01", "2016-12-31"), 1);
    assert_eq!(effects("2015-01-01", "2016-12-31"), 1);
    assert_eq!(effects("2016-12-31", "2017-12-31"), 1);
    assert_eq!(effects("2016-01-01", "2016-06-30"), 0);
    assert_eq!(effects("2017-01-01", "2017-12-31"), 0);
}
