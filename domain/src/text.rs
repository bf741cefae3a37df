//! Free text as people type it, made safe to store: composed (NFC), trimmed, without control
//! characters, and without the identifier of a natural person.

use std::fmt;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use crate::fault::Rule;
use crate::identifier::pesel::contains_personal_identifier;

/// What every newtype over a checked string offers: reading it and printing it.
macro_rules! checked_text {
    ($name:ident) => {
        impl $name {
            /// The value in its canonical form.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
pub(crate) use checked_text;

/// Text on one line: a name, a title, a town.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Line(String);

checked_text!(Line);

impl Line {
    /// Checks a single line of at most `max` characters (not bytes).
    ///
    /// Empty or too long is [`Rule::Length`]; a control character (NUL and line breaks among
    /// them) or a bidirectional control is [`Rule::Charset`]; a PESEL is
    /// [`Rule::PersonalIdentifier`].
    pub fn parse(raw: &str, max: usize) -> Result<Line, Rule> {
        let text: String = raw.nfc().collect();
        check(text.trim(), max, |_| false).map(Line)
    }
}

/// Text of several paragraphs, in Markdown.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Prose(String);

checked_text!(Prose);

impl Prose {
    /// Checks a text of at most `max` characters (not bytes), in which line feeds and tabs may
    /// stand. Line ends become `\n`, so that the same text always has the same bytes.
    ///
    /// The rules are otherwise those of [`Line::parse`].
    pub fn parse(raw: &str, max: usize) -> Result<Prose, Rule> {
        let text: String = raw
            .replace("\r\n", "\n")
            .replace('\r', "\n")
            .nfc()
            .collect();
        // Spaces before the first word are meaningful in Markdown, empty lines there are not.
        let body_start = text.find(|c: char| !c.is_whitespace()).unwrap_or(0);
        let first_line = text[..body_start].rfind('\n').map_or(0, |end| end + 1);
        check(text[first_line..].trim_end(), max, |c| {
            c == '\n' || c == '\t'
        })
        .map(Prose)
    }
}

/// `Debug` prints the length only: free text may hold what must not reach a log.
macro_rules! silent_debug {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({} chars)", stringify!($name), self.0.chars().count())
            }
        }
    };
}
silent_debug!(Line);
silent_debug!(Prose);

fn check(text: &str, max: usize, allowed: fn(char) -> bool) -> Result<String, Rule> {
    if text.chars().all(|c| c.is_whitespace() || is_invisible(c)) || text.chars().count() > max {
        return Err(Rule::Length);
    }
    if text.chars().any(|c| is_forbidden(c) && !allowed(c)) {
        return Err(Rule::Charset);
    }
    if contains_personal_identifier(text) {
        return Err(Rule::PersonalIdentifier);
    }
    Ok(text.to_owned())
}

/// Characters that change how the text around them is shown without being shown themselves:
/// controls, the line breaks of Unicode, the bidirectional controls of UAX #9 (which let a text
/// read differently from what is stored) and the invisible tag characters; and those that are no
/// characters at all, of which no XML may hold some.
fn is_forbidden(c: char) -> bool {
    c.is_control()
        || is_bidi_control(c)
        || is_noncharacter(c)
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{E0000}'..='\u{E007F}')
}

/// The 66 code points that Unicode will never assign: the last two of each plane, and 32 more.
fn is_noncharacter(c: char) -> bool {
    u32::from(c) & 0xFFFE == 0xFFFE || matches!(c, '\u{FDD0}'..='\u{FDEF}')
}

/// The property `Bidi_Control` of Unicode (UAX #9).
pub(crate) fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Soft hyphens, zero-width spaces and joiners. They come along with pasted text and do no harm
/// in it, but a text of nothing else is empty, and a search must not stumble over them.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

/// A text as it is meant, of one that was pasted together: without what cannot be seen, without spaces at its ends and, on a
/// single line, with one plain space between words.
pub fn tidied(raw: &str) -> String {
    let seen = raw.chars().filter(|&c| !is_invisible(c));
    let plain = |c: char| match c.is_whitespace() && c != '\n' {
        true => ' ',
        false => c,
    };
    let text: String = seen.map(plain).collect();
    match text.trim() {
        lines if lines.contains('\n') => lines.to_owned(),
        line => line.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(raw: &str, max: usize) -> Result<String, Rule> {
        Line::parse(raw, max).map(|line| line.to_string())
    }

    fn prose(raw: &str) -> Result<String, Rule> {
        Prose::parse(raw, 1000).map(|prose| prose.to_string())
    }

    #[test]
    fn a_line_is_trimmed_and_composed() {
        assert_eq!(
            line("  Rada Programowa\u{a0}\n", 100),
            Ok("Rada Programowa".into())
        );
        assert_eq!(
            line("Zielona Go\u{301}ra", 100),
            Ok("Zielona G\u{f3}ra".into())
        );
    }

    #[test]
    fn length_counts_characters_after_composition() {
        assert_eq!(line("łódź", 4), Ok("łódź".into()));
        assert_eq!(line("o\u{301}", 1), Ok("ó".into()));
        assert_eq!(line("  abc  ", 3), Ok("abc".into()));
        assert_eq!(line("abcd", 3), Err(Rule::Length));
        for empty in ["", "   ", "\n", "\u{a0}", "\u{200b}\u{feff}", "\u{ad}"] {
            assert_eq!(line(empty, 10), Err(Rule::Length), "{empty:?}");
            assert_eq!(prose(empty), Err(Rule::Length), "{empty:?}");
        }
    }

    #[test]
    fn controls_are_refused_and_only_prose_has_lines() {
        for c in [
            '\0',
            '\u{7}',
            '\u{1b}',
            '\u{7f}',
            '\u{85}',
            '\u{b}',
            '\u{2028}',
            '\u{2029}',
            '\u{e0041}',
        ] {
            assert_eq!(line(&format!("a{c}b"), 10), Err(Rule::Charset), "{c:?}");
            assert_eq!(prose(&format!("a{c}b")), Err(Rule::Charset), "{c:?}");
        }
        for bidi in "\u{61c}\u{200e}\u{200f}\u{202a}\u{202e}\u{2066}\u{2069}".chars() {
            assert_eq!(
                line(&format!("a{bidi}b"), 10),
                Err(Rule::Charset),
                "{bidi:?}"
            );
            assert_eq!(prose(&format!("a{bidi}b")), Err(Rule::Charset), "{bidi:?}");
        }
        let nowhere = |c: &char| is_noncharacter(*c);
        let nowhere: Vec<char> = ('\0'..=char::MAX).filter(nowhere).collect();
        assert_eq!(nowhere.len(), 66);
        for c in nowhere {
            assert_eq!(line(&format!("a{c}b"), 10), Err(Rule::Charset), "{c:?}");
            assert_eq!(prose(&format!("a{c}b")), Err(Rule::Charset), "{c:?}");
        }
        assert_eq!(line("\u{FFFD}\u{FDCF}", 10), Ok("\u{FFFD}\u{FDCF}".into()));
        for c in ['\n', '\t', '\r'] {
            assert_eq!(line(&format!("a{c}b"), 10), Err(Rule::Charset), "{c:?}");
        }
        assert_eq!(prose("a\tb\nc"), Ok("a\tb\nc".into()));
    }

    #[test]
    fn prose_has_unix_line_ends_and_keeps_the_indent_of_its_first_line() {
        assert_eq!(prose("a\r\nb\rc\n\nd\r\n"), Ok("a\nb\nc\n\nd".into()));
        assert_eq!(prose("\r\n \n    let x;\n"), Ok("    let x;".into()));
    }

    #[test]
    fn what_was_pasted_together_is_tidied() {
        for (raw, tidy) in [
            (
                "\u{feff}Zofia\u{a0}\u{a0}Żu\u{ad}rawska \u{200b}",
                "Zofia Żurawska",
            ),
            (" a\tb\u{2003}c ", "a b c"),
            ("a  b\n c\u{a0}d\n", "a  b\n c d"),
            ("\u{a0}\u{200b}\n", ""),
        ] {
            assert_eq!(tidied(raw), tidy, "{raw:?}");
        }
    }

    #[test]
    fn a_pesel_is_refused_and_not_echoed() {
        assert_eq!(
            line("Jan, PESEL 44051401359", 100),
            Err(Rule::PersonalIdentifier)
        );
        assert_eq!(
            prose("Uczestnik:\n02070803628"),
            Err(Rule::PersonalIdentifier)
        );
        assert_eq!(
            format!("{:?}", Line::parse("Anna Nowak", 20)),
            "Ok(Line(10 chars))"
        );
    }

    proptest! {
        #[test]
        fn the_canonical_form_is_a_fixed_point(raw in any::<String>()) {
            if let Ok(text) = line(&raw, 1000) {
                prop_assert_eq!(line(&text, 1000), Ok(text.clone()));
                prop_assert!(!text.chars().any(is_forbidden));
            }
            if let Ok(text) = prose(&raw) {
                prop_assert_eq!(prose(&text), Ok(text));
            }
        }
    }
}
