//! The readable name of a record in a path: `komunikat-2016-1`.

use std::fmt;

use serde::Serialize;
use uuid::Uuid;

use crate::fault::Rule;
use crate::search::search_key;
use crate::text::checked_text;

/// The longest slug.
const MAX: usize = 100;

/// The longest slug made from a title. It leaves room for a number that tells two records with
/// one title apart.
const MAX_FROM_TITLE: usize = 80;

/// What a title without a single letter or digit is called.
const NAMELESS: &str = "bez-nazwy";

/// Lower-case letters `a`–`z`, digits and single hyphens between them, 1 to 100 characters.
///
/// A slug never reads as a UUID, because a path segment may hold either ([`Key`]).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Slug(String);

checked_text!(Slug);

impl Slug {
    /// Checks a slug: [`Rule::Length`] outside 1 to 100 characters, [`Rule::Format`] otherwise.
    pub fn parse(raw: &str) -> Result<Slug, Rule> {
        if raw.is_empty() || raw.chars().count() > MAX {
            return Err(Rule::Length);
        }
        let is_word = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        if !raw.split('-').all(is_word) || Uuid::try_parse(raw).is_ok() {
            return Err(Rule::Format);
        }
        Ok(Slug(raw.to_owned()))
    }

    /// Makes a slug from a title or a code: Polish letters lose their marks, everything that is
    /// neither letter nor digit separates words, and what is too long is cut between two words.
    pub fn from_title(title: &str) -> Slug {
        let folded = search_key(title);
        let words = folded
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty());
        let mut slug = String::new();
        for word in words {
            let separator = usize::from(!slug.is_empty());
            if slug.len() + separator + word.len() > MAX_FROM_TITLE {
                // A first word that is too long alone is cut anywhere: it is ASCII.
                if slug.is_empty() {
                    slug.push_str(&word[..MAX_FROM_TITLE]);
                }
                break;
            }
            if separator == 1 {
                slug.push('-');
            }
            slug.push_str(word);
        }
        if slug.is_empty() {
            slug.push_str(NAMELESS);
        }
        if Uuid::try_parse(&slug).is_ok() {
            slug.insert_str(0, "nr-");
        }
        Slug(slug)
    }
}

/// The name of a record that has a code: lower-case letters `a`–`z`, digits and underscores, a letter first, 1 to 60
/// characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Code(String);

checked_text!(Code);

impl Code {
    /// Checks a code: [`Rule::Length`] outside 1 to 60 characters, [`Rule::Format`] otherwise.
    pub fn parse(raw: &str) -> Result<Code, Rule> {
        if raw.is_empty() || raw.chars().count() > 60 {
            return Err(Rule::Length);
        }
        let fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if raw.starts_with(|first: char| first.is_ascii_lowercase()) && raw.bytes().all(fine) {
            Ok(Code(raw.to_owned()))
        } else {
            Err(Rule::Format)
        }
    }
}

/// A path segment that names a record: its id, its slug, or its code where records have codes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// The id.
    Id(Uuid),
    /// The slug. A code of one word reads as one, too.
    Slug(Slug),
    /// The code.
    Code(Code),
}

impl Key {
    /// Reads an id in its hyphenated form, otherwise a slug or a code. The other spellings of a UUID
    /// (braces, `urn:uuid:`, without hyphens) are refused: one record has one address.
    pub fn parse(raw: &str) -> Result<Key, Rule> {
        match Uuid::try_parse(raw) {
            Ok(id) if raw.len() == uuid::fmt::Hyphenated::LENGTH => Ok(Key::Id(id)),
            _ if raw.contains('_') => Code::parse(raw).map(Key::Code),
            _ => Slug::parse(raw).map(Key::Slug),
        }
    }

    /// The slug or code.
    pub fn name(&self) -> Option<&str> {
        match self {
            Key::Id(_) => None,
            Key::Slug(slug) => Some(slug.as_str()),
            Key::Code(code) => Some(code.as_str()),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Id(id) => id.fmt(f),
            Key::Slug(slug) => slug.fmt(f),
            Key::Code(code) => code.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "0191e0c4-7a3b-7c2d-8e1f-001122334455";

    #[test]
    fn slugs_are_words_and_numbers_joined_by_single_hyphens() {
        for slug in [
            "2016",
            "rek-2016-1",
            "a",
            "0",
            "partnerstwo-lubuskie",
            &"a".repeat(100),
        ] {
            assert_eq!(
                Slug::parse(slug).map(|s| s.to_string()).as_deref(),
                Ok(slug)
            );
        }
        for raw in [
            "-",
            "-a",
            "a-",
            "a--b",
            "A",
            "a_b",
            "rkres_lubuskie",
            "łódź",
            "a b",
            " a",
            "a/b",
            "a.b",
            "٢",
        ] {
            assert_eq!(Slug::parse(raw), Err(Rule::Format), "{raw}");
        }
        assert_eq!(Slug::parse(""), Err(Rule::Length));
        assert_eq!(Slug::parse(&"a".repeat(101)), Err(Rule::Length));
    }

    #[test]
    fn a_slug_never_reads_as_an_id() {
        assert_eq!(Slug::parse(ID), Err(Rule::Format));
        assert_eq!(Slug::parse(&ID.replace('-', "")), Err(Rule::Format));
        assert_eq!(Slug::from_title(ID).as_str(), format!("nr-{ID}"));
    }

    #[test]
    fn titles_become_slugs() {
        for (title, slug) in [
            ("Zażółć gęślą jaźń", "zazolc-gesla-jazn"),
            ("ŁÓDŹ", "lodz"),
            ("rkres_lubuskie", "rkres-lubuskie"),
            (
                "Rada Programowa – 18 listopada 2016 r.",
                "rada-programowa-18-listopada-2016-r",
            ),
            ("  „Razem”, 1/2016  ", "razem-1-2016"),
            ("Straße & Ærø", "strasse-aero"),
            ("", "bez-nazwy"),
            ("…—!", "bez-nazwy"),
            ("Україна", "bez-nazwy"),
        ] {
            assert_eq!(Slug::from_title(title).as_str(), slug, "{title}");
        }
    }

    #[test]
    fn long_titles_are_cut_between_words() {
        let title = "Rekomendacja w sprawie organizacji cyklicznych spotkań partnerskich w powiatach województwa";
        assert_eq!(
            Slug::from_title(title).as_str(),
            "rekomendacja-w-sprawie-organizacji-cyklicznych-spotkan-partnerskich-w-powiatach"
        );
        assert_eq!(
            Slug::from_title(&"a".repeat(300)).as_str().len(),
            MAX_FROM_TITLE
        );
    }

    #[test]
    fn a_key_is_an_id_a_slug_or_a_code() {
        assert!(
            matches!(Key::parse("rpo_l2020"), Ok(Key::Code(code)) if code.as_str() == "rpo_l2020")
        );
        for raw in ["_efs", "2020_rpo", "rpo-l_2020", "RPO_L2020"] {
            assert_eq!(Key::parse(raw), Err(Rule::Format), "{raw}");
        }
        assert!(matches!(Key::parse(ID), Ok(Key::Id(id)) if id.to_string() == ID));
        assert!(
            matches!(Key::parse("rek-2016-1"), Ok(Key::Slug(slug)) if slug.as_str() == "rek-2016-1")
        );
        for raw in [
            ID.replace('-', ""),
            format!("{{{ID}}}"),
            format!("urn:uuid:{ID}"),
            "a b".into(),
        ] {
            assert_eq!(Key::parse(&raw), Err(Rule::Format), "{raw}");
        }
        assert_eq!(Key::parse(ID).map(|key| key.to_string()).as_deref(), Ok(ID));
    }

    proptest! {
        #[test]
        fn every_title_makes_a_valid_slug_that_is_its_own_slug(title in any::<String>()) {
            let slug = Slug::from_title(&title);
            prop_assert_eq!(Slug::parse(slug.as_str()), Ok(slug.clone()));
            prop_assert_eq!(Slug::from_title(slug.as_str()), slug);
        }
    }
}
