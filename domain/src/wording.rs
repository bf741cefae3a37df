//! Texts for people, kept in Fluent message files and not in code.

use std::collections::BTreeSet;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::language::Language;

/// A value a message may mention or choose its form by.
#[derive(Clone, Copy, Debug)]
pub enum Arg<'a> {
    /// A whole number: chooses plural forms.
    Number(u64),
    /// A text, or a code that chooses a form.
    Text(&'a str),
}

impl From<u64> for Arg<'_> {
    fn from(number: u64) -> Self {
        Arg::Number(number)
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Arg::Text(text)
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Arg::Text(text)
    }
}

/// The messages of one subject in every language.
pub struct Catalogue {
    bundles: Vec<(Language, FluentBundle<FluentResource>)>,
    ids: BTreeSet<(Language, String)>,
    faults: Vec<String>,
}

impl Catalogue {
    /// Reads message files; a language may have several. What cannot be read is left out and named by [`Self::faults`].
    pub fn new(sources: &[(Language, &'static str)]) -> Self {
        let mut catalogue = Self {
            bundles: Vec::new(),
            ids: BTreeSet::new(),
            faults: Vec::new(),
        };
        for (language, source) in sources {
            catalogue.add(*language, source);
        }
        catalogue
    }

    fn add(&mut self, language: Language, source: &str) {
        let resource =
            FluentResource::try_new(source.to_owned()).unwrap_or_else(|(readable, errors)| {
                self.faults.extend(
                    errors
                        .iter()
                        .map(|error| format!("{}: {error}", language.tag())),
                );
                readable
            });
        self.ids
            .extend(ids_of(source).into_iter().map(|id| (language, id)));
        let index = match self
            .bundles
            .iter()
            .position(|(known, _)| *known == language)
        {
            Some(index) => index,
            None => {
                self.bundles.push((language, empty_bundle(language)));
                self.bundles.len() - 1
            }
        };
        if let Err(errors) = self.bundles[index].1.add_resource(resource) {
            self.faults.extend(
                errors
                    .iter()
                    .map(|error| format!("{}: {error}", language.tag())),
            );
        }
    }

    /// What could not be read in the message files; a test of every catalogue asserts that it is nothing.
    pub fn faults(&self) -> &[String] {
        &self.faults
    }

    /// The messages and attributes (`id` and `id.attribute`) of a language, so that a test can compare languages.
    pub fn ids(&self, language: Language) -> BTreeSet<&str> {
        self.ids
            .iter()
            .filter(|(known, _)| *known == language)
            .map(|(_, id)| id.as_str())
            .collect()
    }

    /// The text of a message, or of one of its attributes.
    ///
    /// A missing message or argument fails in tests and debug builds; a released server answers with the id, or with what
    /// could be formatted, because half a text is better than none.
    pub fn format(
        &self,
        language: Language,
        id: &str,
        attribute: Option<&str>,
        args: &[(&str, Arg<'_>)],
    ) -> String {
        let text = self.try_format(language, id, attribute, args);
        debug_assert!(text.is_ok(), "{}: {text:?}", language.tag());
        text.unwrap_or_else(|unformatted| unformatted)
    }

    fn try_format(
        &self,
        language: Language,
        id: &str,
        attribute: Option<&str>,
        args: &[(&str, Arg<'_>)],
    ) -> Result<String, String> {
        let name =
            || attribute.map_or_else(|| id.to_owned(), |attribute| format!("{id}.{attribute}"));
        let bundle = self
            .bundles
            .iter()
            .find(|(known, _)| *known == language)
            .map(|(_, bundle)| bundle);
        let bundle = bundle.ok_or_else(name)?;
        let message = bundle.get_message(id).ok_or_else(name)?;
        let pattern = match attribute {
            None => message.value(),
            Some(attribute) => message
                .get_attribute(attribute)
                .map(|attribute| attribute.value()),
        };
        let pattern = pattern.ok_or_else(name)?;
        let mut errors = Vec::new();
        let args = fluent_args(args);
        let text = bundle
            .format_pattern(pattern, Some(&args), &mut errors)
            .into_owned();
        if errors.is_empty() {
            Ok(text)
        } else {
            Err(text)
        }
    }
}

fn empty_bundle(language: Language) -> FluentBundle<FluentResource> {
    let locale = LanguageIdentifier::from_bytes(language.tag().as_bytes()).unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // Both languages run left to right: the isolation marks would only get in the way of whoever compares or copies a text.
    bundle.set_use_isolating(false);
    bundle
}

/// The names a message file declares. Fluent's own syntax tree is not public in its bundle crate, and a name is easy to
/// recognise: a message starts its line with a letter, an attribute with an indented full stop.
fn ids_of(source: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut message = "";
    for (name, _) in source.lines().filter_map(|line| line.split_once('=')) {
        if let Some(attribute) = name.trim_start().strip_prefix('.') {
            ids.push(format!("{message}.{}", attribute.trim()));
        } else if name.starts_with(|first: char| first.is_ascii_alphabetic()) {
            message = name.trim();
            ids.push(message.to_owned());
        }
    }
    ids
}

fn fluent_args<'a>(args: &[(&'a str, Arg<'a>)]) -> FluentArgs<'a> {
    let mut fluent = FluentArgs::with_capacity(args.len());
    for (name, value) in args {
        let value = match value {
            Arg::Number(number) => FluentValue::from(*number),
            Arg::Text(text) => FluentValue::from(*text),
        };
        fluent.set(*name, value);
    }
    fluent
}

#[cfg(test)]
mod tests {
    use super::*;

    const PL: &str = "\
greeting = Dzień dobry, { $name }!
meetings =
    { $count ->
        [0] brak spotkań
        [one] { $count } spotkanie
        [few] { $count } spotkania
       *[many] { $count } spotkań
    }
    .title = Spotkania = zebrania
";

    fn catalogue() -> Catalogue {
        Catalogue::new(&[
            (Language::Pl, PL),
            (Language::En, "greeting = Hello, { $name }!"),
        ])
    }

    fn meetings(count: u64) -> String {
        catalogue().format(Language::Pl, "meetings", None, &[("count", count.into())])
    }

    #[test]
    fn numbers_choose_the_polish_form() {
        let expected = [
            (0, "brak spotkań"),
            (1, "1 spotkanie"),
            (4, "4 spotkania"),
            (12, "12 spotkań"),
            (22, "22 spotkania"),
            (24_000, "24000 spotkań"),
        ];
        for (count, text) in expected {
            assert_eq!(meetings(count), text);
        }
    }

    #[test]
    fn texts_are_inserted_without_isolation_marks() {
        let text = catalogue().format(Language::En, "greeting", None, &[("name", "Anna".into())]);
        assert_eq!(text, "Hello, Anna!");
    }

    #[test]
    fn ids_name_messages_and_attributes() {
        let ids: Vec<_> = catalogue()
            .ids(Language::Pl)
            .into_iter()
            .map(str::to_owned)
            .collect();
        assert_eq!(ids, ["greeting", "meetings", "meetings.title"]);
        assert_eq!(
            catalogue().format(Language::Pl, "meetings", Some("title"), &[]),
            "Spotkania = zebrania"
        );
    }

    #[test]
    fn several_files_of_a_language_are_one_catalogue() {
        let catalogue = Catalogue::new(&[(Language::Pl, PL), (Language::Pl, "bye = Do widzenia")]);
        assert!(catalogue.faults().is_empty());
        assert_eq!(
            catalogue.format(Language::Pl, "bye", None, &[]),
            "Do widzenia"
        );
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let broken = Catalogue::new(&[
            (Language::Pl, "good = tak\nbad = { $x"),
            (Language::Pl, "good = nie"),
        ]);
        assert_eq!(broken.faults().len(), 2, "{:?}", broken.faults());
        assert_eq!(broken.format(Language::Pl, "good", None, &[]), "tak");
    }

    #[test]
    fn a_missing_message_or_argument_is_a_fault() {
        let catalogue = catalogue();
        assert_eq!(
            catalogue.try_format(Language::En, "meetings", None, &[]),
            Err("meetings".to_owned())
        );
        assert_eq!(
            catalogue.try_format(Language::Pl, "greeting", Some("x"), &[]),
            Err("greeting.x".to_owned())
        );
        assert!(
            catalogue
                .try_format(Language::Pl, "greeting", None, &[])
                .is_err()
        );
    }
}
