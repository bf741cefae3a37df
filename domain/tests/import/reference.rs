//! The reference year is read whole, in the words of the product.

use domain::import::{Addressee, TopicRow, VoteRow};

use crate::file::{TEXT, assert_read, read, reference, today};

#[test]
fn the_reference_year_has_no_fault() {
    let dataset = read(TEXT.as_bytes(), today()).unwrap();
    let file = reference();
    for (name, count, expected) in [
        ("institutions", dataset.institutions.len(), 72),
        ("memberships", dataset.memberships.len(), 71),
        ("council_terms", dataset.terms.len(), 1),
        ("council_seats", dataset.mandates.len(), 11),
        ("meetings", dataset.meetings.len(), 48),
        ("good_practices", dataset.good_practices.len(), 6),
        ("recommendations", dataset.recommendations.len(), 4),
        ("commitments", dataset.commitments.len(), 2),
        ("commitment_fulfilments", dataset.fulfilments.len(), 6),
        ("communiques", dataset.communiques.len(), 6),
        ("communique_publications", dataset.postings.len(), 277),
        ("effects", dataset.effects.len(), 3),
    ] {
        assert_eq!(count, expected, "{name}");
        assert_eq!(file[name].as_array().map(Vec::len), Some(count), "{name}");
    }
    let meetings = &dataset.meetings;
    assert_eq!(meetings.iter().map(|m| m.topics.len()).sum::<usize>(), 7);
    assert_eq!(meetings.iter().map(|m| m.outputs.len()).sum::<usize>(), 6);
    assert_eq!(
        meetings.iter().map(|m| m.attendance.len()).sum::<usize>(),
        72
    );
}

#[test]
fn rows_speak_the_words_of_the_product() {
    let dataset = assert_read(&[]);
    assert_eq!(dataset.partnership.slug, "partnerstwo-lubuskie");
    assert_eq!(dataset.partnership.time_zone, "Europe/Warsaw");
    let secretariat = &dataset.partnership.secretariat;
    assert_eq!(secretariat.phone.as_deref(), Some("+48950000000"));
    assert_eq!(
        secretariat.unit.as_deref(),
        Some("Sekretariat Partnerstwa (dane fikcyjne)")
    );
    assert_eq!(dataset.secretariat.as_deref(), Some("wup-zielona-gora"));

    let office = &dataset.institutions[0];
    assert_eq!((office.kind.as_str(), office.public_body), ("wup", true));
    assert_eq!(office.sector_history[0].sector, "labour_market_institution");
    assert_eq!(office.address.postal_code.as_deref(), Some("65-042"));

    let left = dataset
        .memberships
        .iter()
        .find(|m| m.withdrawn_on.is_some());
    let left = left.unwrap();
    assert_eq!(left.status, "withdrawn");
    assert_eq!(left.withdrawn_on, "2014-06-30".parse().ok());

    let term = &dataset.terms[0];
    assert_eq!(term.seats, 11);
    assert_eq!(term.quorum_rule, "more_than_half");
    assert_eq!(term.elected_at.as_deref(), Some("zgromadzenie-2014"));
    assert_eq!(dataset.mandates[0].role, "chair");
    assert_eq!(dataset.mandates[0].ends_on, None);

    let council = &dataset.meetings[3];
    assert_eq!(council.own_role, "organizer");
    assert_eq!(council.quorum_required, Some(6));
    assert_eq!(
        council.topics,
        [TopicRow {
            slug: "dobre-praktyki".into(),
            title: "Dobre praktyki z ekonomii społecznej".into(),
            report_phrase: Some(
                "dobrych praktyk z ekonomii społecznej na przykładzie: {good_practice_presenters_genitive}".into()
            ),
        }]
    );
    let committee = &dataset.meetings[5];
    assert_eq!(committee.external_body.as_deref(), Some("rkres_lubuskie"));
    assert_eq!(committee.outputs[0].slug, "harmonogram");
    assert_eq!(dataset.good_practices[0].owner, "pup-strzelce-krajenskie");
    assert_eq!(
        dataset.good_practices[0].presented_at.as_deref(),
        Some("rada-2016-4")
    );
}

#[test]
fn what_followed_speaks_the_words_of_the_product() {
    let dataset = assert_read(&[]);
    let forum = &dataset.recommendations[1];
    assert_eq!(
        forum.vote,
        Some(VoteRow {
            votes_for: 7,
            votes_against: 0,
            votes_abstain: 1,
            present: 8,
            seats: 11,
        })
    );
    assert_eq!(
        forum.addressees,
        [
            Addressee::Sector("labour_market_institution".into()),
            Addressee::Sector("social_integration_institution".into()),
        ]
    );
    let kinds = dataset
        .recommendations
        .iter()
        .flat_map(|r| &r.implementations);
    let kinds: Vec<_> = kinds
        .map(|implementation| implementation.kind.as_str())
        .collect();
    assert_eq!(kinds, ["training", "forum"]);

    let commitment = &dataset.commitments[0];
    assert_eq!((commitment.min_count, commitment.party_kinds.len()), (3, 3));
    assert_eq!(Some(commitment.starts_on), forum.adopted_on);
    assert_eq!(dataset.fulfilments[0].meeting, "forum-2016-1");
    assert_eq!(dataset.effects[0].period.as_year(), Some(2016));
    assert_eq!(dataset.communiques[0].status, "released");
    assert_eq!(
        dataset.communiques[0].released_on,
        "2016-03-21".parse().ok()
    );
    assert_eq!(dataset.communiques[4].status, "draft");
    assert_eq!(
        dataset.postings[0].url,
        "https://wup-zielona-gora.example/komunikat-2016-1"
    );
}
