//! Text within XML.

use std::borrow::Cow;

/// A text of which every character may stand in XML 1.0 (section 2.2): what may not, and nobody can write any more, is replaced as
/// Unicode replaces what is no character.
pub fn text(raw: &str) -> Cow<'_, str> {
    match raw.chars().all(may_stand) {
        true => Cow::from(raw),
        false => {
            let replaced = |c| {
                if may_stand(c) {
                    c
                } else {
                    char::REPLACEMENT_CHARACTER
                }
            };
            Cow::from(raw.chars().map(replaced).collect::<String>())
        }
    }
}

fn may_stand(c: char) -> bool {
    !matches!(c, '\u{0}'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Every character there is, in texts that a field could hold.
#[cfg(test)]
pub fn all_of_unicode() -> Vec<String> {
    let all: Vec<char> = ('\0'..=char::MAX).collect();
    // As long as a cell of a workbook can be.
    all.chunks(16_000)
        .map(|chunk| chunk.iter().collect())
        .collect()
}

/// What a reader gets of a text: XML knows one end of line.
#[cfg(test)]
pub fn as_read(raw: &str) -> String {
    text(raw).replace("\r\n", "\n").replace('\r', "\n")
}
