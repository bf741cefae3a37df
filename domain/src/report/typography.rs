//! Punctuation at the end of sentences and list items, and spaces at which a line must not break.

/// Ends a sentence. One that already ends with a stop, also of an abbreviation (`2016 r.`, `Wlkp.`), takes no second one.
pub fn end_sentence(text: &str) -> String {
    let text = text.trim_end();
    let closed = text.trim_end_matches(['”', '"', '’', ')', '»']);
    if text.ends_with(['.', '!', '?', '…']) || (closed != text && closed.ends_with(['!', '?', '…']))
    {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// Ends an item of a list that continues a sentence: with a comma, the last one as a sentence.
pub fn list_item(text: &str, last: bool) -> String {
    let text = text.trim_end().trim_end_matches([',', ';']);
    if last {
        end_sentence(text)
    } else {
        format!("{text},")
    }
}

const NO_BREAK: char = '\u{a0}';

/// Replaces spaces at which a line must not break: between a number and what it counts, before `r.`, after the one-letter
/// words w, z, i, o, u, a. For HTML and PDF; JSON keeps plain spaces.
pub fn non_breaking(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for (index, character) in text.char_indices() {
        let (before, after) = (&text[..index], &text[index + character.len_utf8()..]);
        if character == ' ' && must_not_break(before, after) {
            result.push(NO_BREAK);
        } else {
            result.push(character);
        }
    }
    result
}

fn must_not_break(before: &str, after: &str) -> bool {
    let word = last_word(before);
    let number = !word.is_empty() && word.chars().all(|character| character.is_ascii_digit());
    is_one_letter_word(word)
        || first_word(after) == "r" && after[1..].starts_with('.')
        || number
            && after.starts_with(char::is_alphabetic)
            && !is_one_letter_word(first_word(after))
}

fn is_one_letter_word(word: &str) -> bool {
    matches!(
        word,
        "w" | "z" | "i" | "o" | "u" | "a" | "W" | "Z" | "I" | "O" | "U" | "A"
    )
}

/// The letters and digits that end a text.
fn last_word(text: &str) -> &str {
    text.rsplit(|character: char| !character.is_alphanumeric())
        .next()
        .unwrap_or_default()
}

/// The letters and digits that begin a text.
fn first_word(text: &str) -> &str {
    text.split(|character: char| !character.is_alphanumeric())
        .next()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Shows no-break spaces.
    fn seen(text: &str) -> String {
        non_breaking(text).replace(NO_BREAK, "~")
    }

    #[test]
    fn numbers_stay_with_what_they_count() {
        assert_eq!(
            seen("podpisało 69 instytucji, 4 komunikaty"),
            "podpisało 69~instytucji, 4~komunikaty"
        );
        assert_eq!(
            seen("18 listopada 2016 r. zorganizowano"),
            "18~listopada 2016~r. zorganizowano"
        );
        assert_eq!(seen("tel. 95 000 00 00"), "tel. 95 000 00 00");
        assert_eq!(seen("w latach 2015 i 2016"), "w~latach 2015 i~2016");
        assert_eq!(seen("PES24 spotkania"), "PES24 spotkania");
    }

    #[test]
    fn one_letter_words_do_not_end_a_line() {
        assert_eq!(
            seen("W tym i w innym, a także o sobie"),
            "W~tym i~w~innym, a~także o~sobie"
        );
        assert_eq!(seen("(z regionu) „U nas”"), "(z~regionu) „U~nas”");
        assert_eq!(seen("na rzecz rozwoju"), "na rzecz rozwoju");
        assert_eq!(seen("ósmy ż dom"), "ósmy ż dom");
    }

    #[test]
    fn the_abbreviation_of_the_year_stays_with_it() {
        assert_eq!(seen("roku r. 2016"), "roku~r. 2016");
        assert_eq!(seen("2016 rok"), "2016~rok");
    }

    #[test]
    fn sentences_end_once() {
        assert_eq!(end_sentence("wykonano: 3 razy"), "wykonano: 3 razy.");
        assert_eq!(end_sentence("w Gorzowie Wlkp."), "w Gorzowie Wlkp.");
        assert_eq!(end_sentence("Naprawdę? "), "Naprawdę?");
        assert_eq!(end_sentence("pt. „Arteterapia”"), "pt. „Arteterapia”.");
        assert_eq!(end_sentence("pt. „Co dalej?”"), "pt. „Co dalej?”");
    }

    #[test]
    fn clauses_are_separated_by_commas() {
        assert_eq!(list_item("z Gorzowa Wlkp.", false), "z Gorzowa Wlkp.,");
        assert_eq!(list_item("z Gorzowa Wlkp.", true), "z Gorzowa Wlkp.");
        assert_eq!(list_item("promocję,", false), "promocję,");
        assert_eq!(list_item("promocję;", true), "promocję.");
    }

    proptest! {
        #[test]
        fn only_spaces_change(text in "[a-zA-Zżółw0-9 .,()\u{a0}]{0,60}") {
            let changed = non_breaking(&text);
            prop_assert_eq!(changed.replace(NO_BREAK, " "), text.replace(NO_BREAK, " "));
            prop_assert_eq!(non_breaking(&changed), changed);
        }
    }
}
