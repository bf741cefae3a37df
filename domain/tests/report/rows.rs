//! Rows that count in 2016, to be changed by the test that needs another.

use chrono::NaiveDate;
use domain::period::Period;
use domain::report::facts::*;
use uuid::Uuid;

pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn year(year: i32) -> Period {
    Period::year(year).unwrap()
}

pub fn signatory(number: u128) -> SignatoryFact {
    SignatoryFact {
        id: id(number),
        institution: id(1_000_000 + number),
        sector: "ngo".to_owned(),
        effective_from: date("2010-01-01"),
        withdrawn_on: None,
        counts: true,
    }
}

pub fn meeting(number: u128, kind: &str) -> MeetingFact {
    MeetingFact {
        id: id(number),
        kind: kind.to_owned(),
        held_on: date("2016-05-18"),
        took_place: true,
        own_role: "participant".to_owned(),
        host_sector: Some("ngo".to_owned()),
        title: Some(format!("Spotkanie {number}")),
        carries_out: false,
        funding_programmes: Vec::new(),
    }
}

pub fn topic(number: u128, meeting: u128, phrase: &str) -> TopicFact {
    let report_phrase = Some(phrase.to_owned());
    TopicFact {
        id: id(number),
        meeting: id(meeting),
        position: 1,
        report_phrase,
        in_the_other_case: false,
    }
}

pub fn output(number: u128, meeting: u128) -> OutputFact {
    OutputFact {
        id: id(number),
        meeting: id(meeting),
        report_phrase: format!("ustalono {number}"),
    }
}

pub fn practice(number: u128, meeting: u128, presenter: u128) -> GoodPracticeFact {
    GoodPracticeFact {
        id: id(number),
        meeting: id(meeting),
        position: 1,
        presenter: id(presenter),
        presenter_name: format!("Fundacja {presenter}"),
        presenter_genitive: Some(format!("Fundacji {presenter}")),
    }
}

pub fn recommendation(number: u128) -> RecommendationFact {
    RecommendationFact {
        id: id(number),
        kind: "recommendation".to_owned(),
        number: Some(format!("{number}/2016")),
        adopted_on: Some(date("2016-05-18")),
        title: format!("Rekomendacja {number}"),
        outcome: None,
        implementations: Vec::new(),
    }
}

pub fn implementation(number: u128, completed_on: Option<&str>) -> ImplementationFact {
    ImplementationFact {
        id: id(number),
        completed_on: completed_on.map(date),
        report_text: Some("Zrobiono.".to_owned()),
        goal_text: None,
    }
}

pub fn commitment(number: u128) -> CommitmentFact {
    CommitmentFact {
        id: id(number),
        slug: format!("zob-{number}"),
        min_count: 3,
        channel: "cyclic_partner_meeting".to_owned(),
        report_text: "przekazywanie informacji".to_owned(),
        in_force_from: date("2015-01-01"),
        in_force_to: None,
        fulfilments: Vec::new(),
    }
}

pub fn fulfilment(number: u128, held_on: &str) -> FulfilmentFact {
    FulfilmentFact {
        id: id(number),
        held_on: date(held_on),
        took_place: true,
    }
}

pub fn communique(number: u128) -> CommuniqueFact {
    CommuniqueFact {
        id: id(number),
        released_on: Some(date("2016-03-21")),
        withdrawn_on: None,
    }
}

pub fn posting(number: u128, communique: u128, institution: u128) -> PostingFact {
    PostingFact {
        id: id(number),
        communique: id(communique),
        institution: id(institution),
        posted_on: Some(date("2016-03-22")),
        signatory_on_the_day: true,
    }
}

pub fn named(number: u128, on: &str) -> NamedFact {
    NamedFact {
        id: id(number),
        on: date(on),
        name: format!("Fundacja {number}"),
        role: None,
    }
}

pub fn effect(number: u128) -> EffectFact {
    EffectFact {
        id: id(number),
        period: year(2016),
        position: 1,
        report_text: "Jest lepiej.".to_owned(),
    }
}
