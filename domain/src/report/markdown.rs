//! The report as Markdown (CommonMark). Stored texts are shown as they are and cannot become markup.

use super::content::{Block, Wording};
use super::sections::ListStyle;

/// Renders the report of a partnership.
pub fn render(partnership: &str, report: &Wording) -> String {
    let mut page = format!("# {}\n\n{}\n", escape(partnership), escape(&report.title));
    for section in &report.sections {
        heading(&mut page, &section.heading);
        for block in section.blocks() {
            page.push('\n');
            match block {
                Block::Paragraph(text) => page.push_str(&format!("{}\n", escape(text))),
                Block::List(style, items) => list(&mut page, style, &items),
            }
        }
    }
    if !report.warnings.is_empty() {
        heading(&mut page, &report.warnings_heading);
        page.push('\n');
        let details: Vec<_> = report
            .warnings
            .iter()
            .map(|warning| warning.detail.clone())
            .collect();
        list(&mut page, ListStyle::Clauses, &details);
    }
    page
}

fn heading(page: &mut String, text: &str) {
    page.push_str(&format!("\n## {}\n", escape(text)));
}

fn list(page: &mut String, style: ListStyle, items: &[String]) {
    for (number, item) in (1..).zip(items) {
        let marker = match style {
            ListStyle::Clauses => "-".to_owned(),
            ListStyle::Sentences => format!("{number}."),
        };
        page.push_str(&format!("{marker} {}\n", escape(item)));
    }
}

/// One line of plain text: what would be markup is escaped, line breaks become spaces.
fn escape(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut escaped = String::with_capacity(line.len());
    let marker = block_marker(&line);
    for (index, character) in line.char_indices() {
        let inline = matches!(
            character,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '|'
        );
        if inline || marker == Some(index) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// Where the character stands that would make a line a heading, a list item or a rule: `# `, `- `, `12. `.
fn block_marker(line: &str) -> Option<usize> {
    if line.starts_with(['#', '+', '-', '=']) {
        return Some(0);
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0 && line[digits..].starts_with(['.', ')'])).then_some(digits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::content::{Note, WordedItem, WordedSection, WordedSentence};

    fn report() -> Wording {
        let sentence = |key: &str, text: &str, lead: Option<&str>| WordedSentence {
            key: key.to_owned(),
            text: text.to_owned(),
            lead: lead.map(str::to_owned),
            ..WordedSentence::default()
        };
        let item = |text: &str| WordedItem {
            key: String::new(),
            text: text.to_owned(),
            generated: None,
        };
        let section = |heading: &str, sentences, items, numbered| WordedSection {
            key: "key".to_owned(),
            heading: heading.to_owned(),
            sentences,
            items,
            numbered,
        };
        Wording {
            title: "Sprawozdanie z działalności w 2016 r.".to_owned(),
            sections: vec![
                section(
                    "Umowa",
                    vec![
                        sentence("a", "Obejmuje:", Some("Obejmuje:")),
                        sentence("b", "1. <b>cel</b>", None),
                    ],
                    vec![item("promocję"), item("wsparcie\n# w Gorzowie Wlkp.")],
                    false,
                ),
                section(
                    "Efekty",
                    vec![sentence("c", "Efekty:", Some("Efekty:"))],
                    vec![item("Jest lepiej.")],
                    true,
                ),
            ],
            warnings_heading: "Uwagi".to_owned(),
            warnings: vec![Note {
                code: "w".to_owned(),
                detail: "Coś się nie zgadza.".to_owned(),
                records: Vec::new(),
            }],
        }
    }

    #[test]
    fn a_report_is_headings_paragraphs_and_lists() {
        let expected = "\
# Partnerstwo \\*nasze\\*

Sprawozdanie z działalności w 2016 r.

## Umowa

Obejmuje:

- promocję,
- wsparcie # w Gorzowie Wlkp.

1\\. \\<b\\>cel\\</b\\>

## Efekty

Efekty:

1. Jest lepiej.

## Uwagi

- Coś się nie zgadza.
";
        assert_eq!(render("Partnerstwo *nasze*", &report()), expected);
    }

    #[test]
    fn ordinary_sentences_stay_as_they_are() {
        for text in [
            "18 listopada 2016 r. zorganizowano spotkanie.",
            "(co najmniej 3 razy) – pt. „Tytuł”; e-mail: a@b.example",
        ] {
            assert_eq!(escape(text), text);
        }
    }

    #[test]
    fn stored_texts_cannot_become_markup() {
        assert_eq!(escape("# nagłówek"), "\\# nagłówek");
        assert_eq!(escape("- punkt"), "\\- punkt");
        assert_eq!(escape("12) punkt"), "12\\) punkt");
        assert_eq!(escape("[x](javascript:y)"), "\\[x\\](javascript:y)");
        assert_eq!(escape("a\r\n\r\n> b"), "a \\> b");
        assert_eq!(escape("&lt; a_b_c `x`"), "\\&lt; a\\_b\\_c \\`x\\`");
    }

    proptest! {
        #[test]
        fn escaping_adds_nothing_but_backslashes(text in "[ -~ąę\n]{0,60}") {
            let escaped = escape(&text);
            prop_assert!(!escaped.contains('\n'));
            let mut plain = String::new();
            let mut characters = escaped.chars();
            while let Some(character) = characters.next() {
                plain.extend(if character == '\\' { characters.next() } else { Some(character) });
            }
            prop_assert_eq!(plain, text.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
}
