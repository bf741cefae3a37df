//! Case mark (znak sprawy): how offices refer to a case in correspondence.

use std::sync::LazyLock;

use regex::Regex;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use crate::fault::Rule;
use crate::text::checked_text;

/// A case mark as the office instruction orders it (Regulation of the Prime Minister of
/// 18 January 2011, annex 1, § 5): unit, class of the file plan, number, year, perhaps initials;
/// `GZ.II.0620.1.95.2016`. It is read, never made: the offices write it in many ways.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct CaseMark(String);

checked_text!(CaseMark);

impl CaseMark {
    /// Checks the form; whatever is wrong is [`Rule::Format`].
    pub fn parse(raw: &str) -> Result<CaseMark, Rule> {
        let mark: String = raw.trim().nfc().collect();
        if FORM.is_match(&mark) {
            Ok(CaseMark(mark))
        } else {
            Err(Rule::Format)
        }
    }
}

static FORM: LazyLock<Regex> = LazyLock::new(|| {
    let form = concat!(
        r"^[A-ZĄĆĘŁŃÓŚŹŻ]{1,10}",                                // the office
        r"(?:[-.][A-ZĄĆĘŁŃÓŚŹŻIVXLC0-9]{1,8}){0,3}?",            // its units
        r"\.[0-9]{2,5}\.[0-9]{1,6}(?:\.[0-9]{1,6})?",            // class, number, number within it
        r"\.(?:19|20)[0-9]{2}",                                  // year
        r"(?:\.[A-ZĄĆĘŁŃÓŚŹŻ]{1,5}(?:/[A-ZĄĆĘŁŃÓŚŹŻ]{1,5})?)?$", // who handles it
    );
    #[expect(
        clippy::expect_used,
        reason = "a constant pattern, compiled by every test of this module"
    )]
    let form = Regex::new(form).expect("the pattern of a case mark");
    form
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn case_mark(raw: &str) -> Result<String, Rule> {
        CaseMark::parse(raw).map(|mark| mark.to_string())
    }

    #[test]
    fn valid() {
        for valid in [
            "GZ.II.0620.1.95.2016",
            "ZP.P.0133.1.2024",
            "WPS.I.862.5.2016.JZ/AB",
            "SO-I.5311.2.2013",
            "ABC.123.77.2011",
            "WUP.IX.0131.4.2016",
            "OŚ.123.77.2011.ŻŹ",
        ] {
            assert_eq!(case_mark(valid).as_deref(), Ok(valid));
        }
        assert_eq!(
            case_mark(" OS\u{301}.123.77.2011\n").as_deref(),
            Ok("OŚ.123.77.2011")
        );
    }

    #[test]
    fn invalid() {
        for raw in [
            "",
            "abc.123.77.2011",
            "ABC/123/77/11",
            "ABC.123.77.11",
            "ABC.123.2011",
            "ABC.123.77.2111",
            "ABC.123.77.2011 ABC",
            "xABC.123.77.2011",
            "ABC.12٣.77.2011",
            "ABC.123.77.2011\nABC.123.77.2011",
        ] {
            assert_eq!(case_mark(raw), Err(Rule::Format), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn marks_of_the_standard_are_read(mark in "[A-Z]{2,4}(\\.[IVX]{1,3})?\\.[0-9]{3,4}\\.[0-9]{1,4}\\.20[0-9]{2}") {
            prop_assert_eq!(case_mark(&mark), Ok(mark));
        }

        #[test]
        fn any_text_is_answered(raw in any::<String>()) {
            let _ = case_mark(&raw);
        }
    }
}
