//! Polish telephone number.

use phonenumber::country::Id::PL;
use phonenumber::metadata::DATABASE;
use phonenumber::{Mode, PhoneNumber, Type};
use serde::Serialize;

use crate::fault::Rule;
use crate::text::checked_text;

/// A Polish telephone number in the form of ITU-T E.164, `+48950000000`.
///
/// The ranges are those of the numbering plan for public telephone networks (UKE) as
/// libphonenumber has them. Extensions are no part of the number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Phone(String);

checked_text!(Phone);

impl Phone {
    /// Reads a number as people write it: `tel.` may stand before it; spaces, dashes and
    /// parentheses within it; `+48` or `0048` or nothing for the country.
    ///
    /// [`Rule::Prefix`]: another country, the old trunk 0, or a range that is not assigned.
    /// Assigned ranges count as a whole: `95 000 00 00` is fine although no subscriber has it.
    pub fn parse(raw: &str) -> Result<Phone, Rule> {
        let written = without_label(raw.trim());
        let separator = |c: char| {
            matches!(
                c,
                ' ' | '\u{a0}' | '-' | '\u{2013}' | '\u{2014}' | '(' | ')'
            )
        };
        let dialled: String = written.chars().filter(|&c| !separator(c)).collect();
        let international = dialled
            .strip_prefix('+')
            .or_else(|| dialled.strip_prefix("00"));
        let digits = international.unwrap_or(&dialled);
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Rule::Charset);
        }
        // Without `+` or `00`, `48` is the area of Radom, never the country.
        let national = match international {
            Some(digits) => digits.strip_prefix("48").ok_or(Rule::Prefix)?,
            None => digits,
        };
        if national.starts_with('0') {
            return Err(Rule::Prefix);
        }
        if national.len() != 9 {
            return Err(Rule::Length);
        }
        let number = format!("+48{national}");
        match library(&number) {
            Some(known) if is_assigned(&known, national) => Ok(Phone(number)),
            _ => Err(Rule::Prefix),
        }
    }

    /// How the number is written within Poland: `95 000 00 00`, `501 000 000`.
    pub fn display(&self) -> String {
        library(&self.0).map_or_else(
            || self.0.clone(),
            |number| number.format().mode(Mode::National).to_string(),
        )
    }
}

fn without_label(written: &str) -> &str {
    let has_label = written
        .get(..3)
        .is_some_and(|start| start.eq_ignore_ascii_case("tel"));
    if has_label {
        written[3..].trim_start_matches(['.', ':']).trim_start()
    } else {
        written
    }
}

fn library(e164: &str) -> Option<PhoneNumber> {
    phonenumber::parse(Some(PL), e164).ok()
}

fn is_assigned(number: &PhoneNumber, national: &str) -> bool {
    // The library matches the start of a number only: the seven-digit range 30 lets nine digits pass.
    number.number_type(&DATABASE) != Type::Unknown && !national.starts_with("30")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn phone(raw: &str) -> Result<String, Rule> {
        Phone::parse(raw).map(|phone| phone.to_string())
    }

    #[test]
    fn valid() {
        for (typed, canonical) in [
            ("95 000 00 00", "+48950000000"),
            ("(95) 000 00 00", "+48950000000"),
            ("tel. 95-000-00-00", "+48950000000"),
            ("Tel: 95-000-00-00", "+48950000000"),
            ("0048 95 000 00 00", "+48950000000"),
            ("95\u{a0}000–00—00", "+48950000000"),
            ("+48 68 000 00 01", "+48680000001"),
            ("501 000 000", "+48501000000"),
            ("48 300 00 00", "+48483000000"),
            ("+48483000000", "+48483000000"),
            ("65 540 00 00", "+48655400000"),
            ("39 000 00 00", "+48390000000"),
            ("800 000 000", "+48800000000"),
            ("801 000 000", "+48801000000"),
            ("47 795 00 00", "+48477950000"),
        ] {
            assert_eq!(phone(typed).as_deref(), Ok(canonical), "{typed}");
        }
    }

    #[test]
    fn every_range_of_the_plan() {
        for mobile in [
            "45", "50", "51", "53", "57", "60", "66", "69", "72", "73", "78", "79", "88",
        ] {
            assert!(phone(&format!("{mobile}0000000")).is_ok(), "{mobile}");
        }
        for area in ["95", "68", "65", "22", "48", "61", "71"] {
            assert!(phone(&format!("{area}0000000")).is_ok(), "{area}");
        }
        for unassigned in [
            "10", "11", "19", "20", "30", "35", "40", "49", "90", "92", "99",
        ] {
            assert_eq!(
                phone(&format!("{unassigned}0000000")),
                Err(Rule::Prefix),
                "{unassigned}"
            );
        }
    }

    #[test]
    fn invalid() {
        for (raw, rule) in [
            ("095 000 00 00", Rule::Prefix), // the old trunk 0
            ("+48 (0) 95 000 00 00", Rule::Prefix),
            ("+49 30 123456", Rule::Prefix), // policy: Polish numbers only
            ("0049 30 123456", Rule::Prefix),
            ("19 000 00 00", Rule::Prefix),
            ("1234567", Rule::Length),
            ("112", Rule::Length),
            ("48950000000", Rule::Length), // ambiguous without a plus
            ("800 000 0000", Rule::Length),
            ("", Rule::Length),
            ("tel.", Rule::Length),
            ("950000000 w. 12", Rule::Charset),
            ("950000000;ext=12", Rule::Charset),
            ("95 000 00 0O", Rule::Charset),
            ("95+0000000", Rule::Charset),
            ("++48950000000", Rule::Charset),
            ("٩٥٠٠٠٠٠٠٠", Rule::Charset),
        ] {
            assert_eq!(phone(raw), Err(rule), "{raw}");
        }
    }

    #[test]
    fn is_shown_in_the_groups_people_read() {
        for (raw, shown) in [
            ("+48950000000", "95 000 00 00"),
            ("+48501000000", "501 000 000"),
            ("+48483000000", "48 300 00 00"),
            ("+48800000000", "800 000 000"),
            ("+48951900000", "95 190 00 00"),
        ] {
            assert_eq!(
                Phone::parse(raw).map(|phone| phone.display()).as_deref(),
                Ok(shown)
            );
        }
    }

    proptest! {
        #[test]
        fn canonical_and_shown_forms_read_back(digits in "[1-9][0-9]{8}") {
            if let Ok(number) = Phone::parse(&digits) {
                prop_assert_eq!(Phone::parse(number.as_str()), Ok(number.clone()));
                prop_assert_eq!(Phone::parse(&number.display()), Ok(number));
            }
        }

        #[test]
        fn any_text_is_answered(raw in any::<String>()) {
            if let Ok(canonical) = phone(&raw) { prop_assert_eq!(canonical.len(), 12) }
        }
    }
}
