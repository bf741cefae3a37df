//! What holds for any facts.

use domain::language::Language;
use domain::report::content::WordedSection;
use domain::report::facts::*;
use domain::report::{Block, Facts, FigureKey as Key, Value, Worded, count};
use proptest::prelude::*;

use crate::common;
use crate::rows::{self, date, id, year};

/// Where the ids of rows begin that must not count; the reference year has some hundreds.
const NOISE: u128 = 1_000_000;

const KINDS: [&str; 10] = [
    "council",
    "assembly",
    "regional_committee",
    "owes",
    "training",
    "partner_forum",
    "information",
    "working_group",
    "conference",
    "study_visit",
];

/// A row that must not count: what it is, and a number to vary it.
fn add_noise(facts: &mut Facts, kind: u8, number: u128) {
    let own = NOISE + number * 10;
    let outside = date(if number.is_multiple_of(2) {
        "2015-12-31"
    } else {
        "2017-01-01"
    });
    let held = |kind: &str| {
        facts
            .meetings
            .iter()
            .find(|row| row.kind == kind && row.took_place)
            .unwrap()
            .id
    };
    match kind {
        0 | 1 => {
            let meeting_kind = KINDS[usize::try_from(number).unwrap() % KINDS.len()];
            let mut meeting = rows::meeting(own, meeting_kind);
            if kind == 0 {
                meeting.held_on = outside;
            } else {
                meeting.took_place = false;
            }
            facts
                .topics
                .push(rows::topic(own + 1, own, "czegoś innego"));
            facts.outputs.push(rows::output(own + 2, own));
            facts
                .good_practices
                .push(rows::practice(own + 3, own, own + 4));
            facts.meetings.push(meeting);
        }
        2 => {
            let meeting_kind = if number.is_multiple_of(2) {
                "consultation"
            } else {
                "other"
            };
            facts.outputs.push(rows::output(own + 2, own));
            facts.meetings.push(rows::meeting(own, meeting_kind));
        }
        3 => {
            let meeting = held("council");
            facts.topics.push(TopicFact {
                meeting,
                report_phrase: None,
                ..rows::topic(own, 0, "")
            });
        }
        4 => facts.signatories.push(SignatoryFact {
            counts: false,
            ..rows::signatory(own)
        }),
        5 => facts.signatories.push(SignatoryFact {
            effective_from: date("2017-01-01"),
            ..rows::signatory(own)
        }),
        6 => facts.signatories.push(SignatoryFact {
            withdrawn_on: Some(date("2016-12-31")),
            ..rows::signatory(own)
        }),
        7 => facts.recommendations.push(RecommendationFact {
            adopted_on: None,
            ..rows::recommendation(own)
        }),
        8 => facts.recommendations.push(RecommendationFact {
            adopted_on: Some(outside),
            ..rows::recommendation(own)
        }),
        9 => {
            let late = ImplementationFact {
                completed_on: Some(date("2017-01-01")),
                ..rows::implementation(own, None)
            };
            facts.recommendations[0]
                .implementations
                .extend([late, rows::implementation(own + 1, None)]);
        }
        10 => facts.commitments.push(CommitmentFact {
            in_force_from: date("2017-01-01"),
            ..rows::commitment(own)
        }),
        11 => facts.commitments.push(CommitmentFact {
            in_force_to: Some(date("2016-01-01")),
            ..rows::commitment(own)
        }),
        12 => {
            let outside = FulfilmentFact {
                held_on: outside,
                ..rows::fulfilment(own, "2016-05-05")
            };
            let cancelled = FulfilmentFact {
                took_place: false,
                ..rows::fulfilment(own + 1, "2016-05-05")
            };
            facts.commitments[0]
                .fulfilments
                .extend([outside, cancelled]);
        }
        13 | 14 => {
            let communique = match kind {
                13 => CommuniqueFact {
                    withdrawn_on: Some(date("2016-03-21")),
                    ..rows::communique(own)
                },
                _ => CommuniqueFact {
                    released_on: Some(outside),
                    ..rows::communique(own)
                },
            };
            facts.communiques.push(communique);
            facts.postings.push(rows::posting(own + 1, own, own + 2));
        }
        15 => {
            let communique = facts.postings[0].communique;
            let posting = PostingFact {
                communique,
                ..rows::posting(own, 0, own + 5)
            };
            facts.postings.push(PostingFact {
                posted_on: Some(outside),
                ..posting.clone()
            });
            facts.postings.push(PostingFact {
                id: id(own + 1),
                posted_on: None,
                ..posting.clone()
            });
            facts.postings.push(PostingFact {
                id: id(own + 2),
                signatory_on_the_day: false,
                ..posting
            });
        }
        _ => facts.effects.push(EffectFact {
            period: year(if number.is_multiple_of(2) { 2015 } else { 2017 }),
            ..rows::effect(own)
        }),
    }
}

/// Puts rows in another order (Fisher and Yates, with a linear congruential generator).
fn shuffle<T>(rows: &mut [T], seed: &mut u64) {
    for last in (1..rows.len()).rev() {
        *seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        rows.swap(last, usize::try_from(*seed >> 33).unwrap() % (last + 1));
    }
}

fn shuffle_all(facts: &mut Facts, mut seed: u64) {
    let seed = &mut seed;
    shuffle(&mut facts.signatories, seed);
    shuffle(&mut facts.meetings, seed);
    shuffle(&mut facts.topics, seed);
    shuffle(&mut facts.outputs, seed);
    shuffle(&mut facts.good_practices, seed);
    shuffle(&mut facts.recommendations, seed);
    shuffle(&mut facts.commitments, seed);
    shuffle(&mut facts.communiques, seed);
    shuffle(&mut facts.postings, seed);
    shuffle(&mut facts.effects, seed);
}

prop_compose! {
    /// Any small number of meetings, signatures, commitments and postings, in and around the year.
    fn any_facts()(
        meetings in prop::collection::vec((0..10_usize, 700..1100i64, any::<bool>(), 0..3_usize, 0..4_usize), 0..30),
        signatories in prop::collection::vec((0..6_u128, 0..1200i64, prop::option::of(0..1200i64), any::<bool>()), 0..10),
        commitments in prop::collection::vec((1..5_u32, 600..1200i64, prop::option::of(0..600i64), prop::collection::vec(700..1100i64, 0..5)), 0..5),
        communiques in 0..4_u128,
        postings in prop::collection::vec((0..4_u128, 0..4_u128, 700..1100i64, any::<bool>()), 0..20),
        recommendations in prop::collection::vec((prop::option::of(700..1100i64), prop::option::of(700..1100i64)), 0..6),
    ) -> Facts {
        let day = |offset: i64| date("2014-01-01") + chrono::Duration::days(offset);
        let roles = ["organizer", "co_organizer", "participant"];
        let sectors = [None, Some("ngo"), Some("business"), Some("labour_market_institution")];
        let mut facts = Facts::default();
        for (number, (kind, held, took_place, role, sector)) in (1..).zip(meetings) {
            facts.meetings.push(MeetingFact {
                held_on: day(held), took_place, own_role: roles[role].to_owned(),
                host_sector: sectors[sector].map(str::to_owned), ..rows::meeting(number, KINDS[kind])
            });
            facts.topics.push(rows::topic(1000 + number, number, "tematu"));
            facts.outputs.push(rows::output(2000 + number % 3, number));
            facts.good_practices.push(rows::practice(3000 + number, number, 100 + number % 4));
        }
        for (number, (institution, from, length, counts)) in (1..).zip(signatories) {
            let withdrawn_on = length.map(|length| day(from + length));
            let row = rows::signatory(4000 + number);
            facts.signatories.push(SignatoryFact { institution: id(institution), effective_from: day(from), withdrawn_on, counts, ..row });
        }
        for (number, (min_count, from, length, days)) in (1..).zip(commitments) {
            let fulfilments = (0..).zip(days).map(|(index, held)| {
                FulfilmentFact { held_on: day(held), ..rows::fulfilment(6000 + number * 10 + index, "2016-01-01") }
            }).collect();
            let in_force_to = length.map(|length| day(from + length));
            facts.commitments.push(CommitmentFact { min_count, in_force_from: day(from), in_force_to, fulfilments, ..rows::commitment(5000 + number) });
        }
        facts.communiques = (0..communiques).map(|number| rows::communique(7000 + number)).collect();
        for (number, (communique, institution, posted, signatory_on_the_day)) in (1..).zip(postings) {
            let row = rows::posting(8000 + number, 7000 + communique, institution);
            facts.postings.push(PostingFact { posted_on: Some(day(posted)), signatory_on_the_day, ..row });
        }
        for (number, (adopted, completed)) in (1..).zip(recommendations) {
            let implementations = vec![ImplementationFact { completed_on: completed.map(day), ..rows::implementation(9500 + number, None) }];
            facts.recommendations.push(RecommendationFact { adopted_on: adopted.map(day), implementations, ..rows::recommendation(9000 + number) });
        }
        facts
    }
}

fn read_texts(report: &Worded) -> Vec<String> {
    let mut texts: Vec<_> = report
        .warnings
        .iter()
        .map(|warning| warning.detail.clone())
        .collect();
    let sections = report.sections.iter().cloned().map(WordedSection::from);
    let sections: Vec<_> = sections.collect();
    for block in sections.iter().flat_map(WordedSection::blocks) {
        match block {
            Block::Paragraph(text) => texts.push(text.to_owned()),
            Block::List(_, items) => texts.extend(items),
        }
    }
    texts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_does_not_belong_changes_nothing(noise in prop::collection::vec((0..17_u8, 0..1000_u128), 1..40), seed: u64) {
        let mut facts = common::facts();
        let figures = count(&facts, year(2016));
        // What took place and is counted nowhere is told in a note.
        let report_of = |facts: &Facts, figures: &domain::report::Figures| {
            let mut report = Worded::of(facts, figures, Language::Pl);
            report.warnings.retain(|warning| warning.code != "not_counted");
            report
        };
        let report = report_of(&facts, &figures);
        for (place, (kind, number)) in (0_u128..).zip(noise) {
            add_noise(&mut facts, kind, number + 1000 * place);
        }
        shuffle_all(&mut facts, seed);
        let again = count(&facts, year(2016));
        prop_assert_eq!(&again, &figures);
        prop_assert_eq!(report_of(&facts, &again), report);
    }

    #[test]
    fn figures_agree_with_each_other(facts in any_facts()) {
        let figures = count(&facts, year(2016));
        let number = |key| figures.integer(key);
        let sum = |key| figures.breakdown(key).iter().map(|(_, number)| number).sum::<u64>();
        let distinct = [Key::Signatories, Key::CouncilTopics, Key::GoodPracticePresenters, Key::InformationMeetingHostSectors, Key::CommitmentFulfilmentsEach];
        for figure in figures.iter() {
            if let Value::Integer(value) = figure.value {
                let records = figure.records.len() as u64;
                prop_assert!(value <= records, "{}", figure.key.as_str());
                prop_assert!(value == records || distinct.contains(&figure.key), "{}", figure.key.as_str());
            }
        }
        prop_assert_eq!(sum(Key::SignatoriesBySector), number(Key::Signatories));
        prop_assert!(sum(Key::InformationMeetingsBySector) <= number(Key::InformationMeetings));
        prop_assert_eq!(
            number(Key::InformationMeetingsOrganized) + number(Key::InformationMeetingsParticipated),
            number(Key::InformationMeetings)
        );
        prop_assert!(number(Key::CommitmentsFulfilled) <= number(Key::Commitments));
        prop_assert!(number(Key::TrainingsWithoutRecommendation) <= number(Key::Trainings));
        prop_assert!(number(Key::CommuniqueInstitutions) * number(Key::CommuniquesPublished) <= number(Key::CommuniquePublications));
    }

    #[test]
    fn two_halves_of_a_year_hold_the_meetings_of_the_year(facts in any_facts(), split in 1..365i64) {
        let whole = year(2016);
        let cut = whole.from() + chrono::Duration::days(split);
        let halves = [(whole.from(), cut.pred_opt().unwrap()), (cut, whole.to())];
        let halves = halves.map(|(from, to)| count(&facts, domain::period::Period::new(from, to).unwrap()));
        let figures = count(&facts, whole);
        for key in [Key::CouncilMeetings, Key::CouncilTopics, Key::Assemblies, Key::OwesMeetings, Key::InformationMeetings, Key::Trainings, Key::RecommendationsAdopted] {
            let both: Vec<_> = halves.iter().flat_map(|half| half.records(key)).copied().collect();
            prop_assert_eq!(both, figures.records(key));
        }
    }

    #[test]
    fn no_text_says_nought_or_leaves_a_gap(facts in any_facts()) {
        let figures = count(&facts, year(2016));
        for language in Language::ALL {
            for text in read_texts(&Worded::of(&facts, &figures, language)) {
                prop_assert!(!text.split_whitespace().any(|word| word == "0"), "{}", text);
                prop_assert!(!text.contains("  ") && !text.contains(['{', '\n', '\u{2068}']), "{}", text);
                prop_assert!(text.ends_with(['.', ':', ',']), "{}", text);
            }
        }
    }

    #[test]
    fn a_section_without_items_leaves_no_colon_behind(facts in any_facts()) {
        let figures = count(&facts, year(2016));
        for section in Worded::of(&facts, &figures, Language::Pl).sections {
            let open = section.sentences.iter().filter(|sentence| sentence.lead.is_some()).count();
            prop_assert_eq!(open, usize::from(!section.items.is_empty()), "{}", section.key);
        }
    }
}
