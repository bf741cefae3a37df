//! What is wrong with a value that somebody sent, in the one form every door reports it.

/// A rule that a value broke. The code is stable and machine readable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// The value must be present.
    Required,
    /// Nothing of this name exists here.
    UnknownField,
    /// A value of another type is expected.
    Type,
    /// Too short, too long, too few or too many.
    Length,
    /// A character that may not stand here.
    Charset,
    /// The leading part does not exist.
    Prefix,
    /// The check digit is wrong.
    Checksum,
    /// Outside the permitted interval.
    Range,
    /// Not of the expected form.
    Format,
    /// Not in the vocabulary.
    UnknownCode,
    /// Names a record that does not exist.
    DanglingReference,
    /// The same value stands elsewhere.
    Duplicate,
    /// Dates the wrong way round.
    Order,
    /// Two periods overlap.
    Overlap,
    /// Contradicts another value.
    Conflict,
    /// Lies in the future.
    Future,
    /// Looks like the identifier of a natural person (PESEL), which is never stored.
    PersonalIdentifier,
    /// Names a person of the partnership where what is said has to stay.
    NamesPerson,
    /// States other numbers or dates than the text that it replaces.
    OtherFigures,
    /// Too easily guessed, as a password.
    Guessable,
    /// Not the right one, as a password or code.
    Wrong,
    /// This version of the format is not understood.
    UnsupportedVersion,
    /// The cell of a table holds an error of the spreadsheet in place of a value.
    CellError,
    /// It cannot be told which of several records is meant.
    Ambiguous,
}

impl Rule {
    /// Every rule, in the order of the documentation.
    pub const ALL: [Rule; 24] = [
        Rule::Required,
        Rule::UnknownField,
        Rule::Type,
        Rule::Length,
        Rule::Charset,
        Rule::Prefix,
        Rule::Checksum,
        Rule::Range,
        Rule::Format,
        Rule::UnknownCode,
        Rule::DanglingReference,
        Rule::Duplicate,
        Rule::Order,
        Rule::Overlap,
        Rule::Conflict,
        Rule::Future,
        Rule::PersonalIdentifier,
        Rule::NamesPerson,
        Rule::OtherFigures,
        Rule::Guessable,
        Rule::Wrong,
        Rule::UnsupportedVersion,
        Rule::CellError,
        Rule::Ambiguous,
    ];

    /// The rule of a code.
    pub fn from_code(code: &str) -> Option<Rule> {
        Self::ALL.into_iter().find(|rule| rule.code() == code)
    }

    /// The stable code, snake_case.
    pub const fn code(self) -> &'static str {
        match self {
            Rule::Required => "required",
            Rule::UnknownField => "unknown_field",
            Rule::Type => "type",
            Rule::Length => "length",
            Rule::Charset => "charset",
            Rule::Prefix => "prefix",
            Rule::Checksum => "checksum",
            Rule::Range => "range",
            Rule::Format => "format",
            Rule::UnknownCode => "unknown_code",
            Rule::DanglingReference => "dangling_reference",
            Rule::Duplicate => "duplicate",
            Rule::Order => "order",
            Rule::Overlap => "overlap",
            Rule::Conflict => "conflict",
            Rule::Future => "future",
            Rule::PersonalIdentifier => "personal_identifier",
            Rule::NamesPerson => "names_person",
            Rule::OtherFigures => "other_figures",
            Rule::Guessable => "guessable",
            Rule::Wrong => "wrong",
            Rule::UnsupportedVersion => "unsupported_version",
            Rule::CellError => "cell_error",
            Rule::Ambiguous => "ambiguous",
        }
    }
}

/// One broken rule at one place of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, as a JSON pointer (RFC 6901) into the document that was sent.
    pub pointer: String,
    /// Which rule.
    pub rule: Rule,
    /// In which column, of what was sent as a table.
    pub column: Option<Column>,
}

/// A column of a table, as who filled it in knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The letter that a spreadsheet gives it.
    pub letter: String,
    /// What stands at its head; empty where nothing does.
    pub heading: String,
}

impl Fault {
    /// A broken rule at a JSON pointer.
    pub fn at(pointer: impl Into<String>, rule: Rule) -> Self {
        Self {
            pointer: pointer.into(),
            rule,
            column: None,
        }
    }
}

/// How many faults are listed; the others are counted.
const MOST_LISTED: usize = 1000;

/// The faults of what may have very many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FaultList {
    /// The first ones, in the order found.
    pub listed: Vec<Fault>,
    /// How many there are in all.
    pub total: usize,
}

impl FaultList {
    /// Counts a fault, and lists it if there are not too many.
    pub fn add(&mut self, pointer: String, rule: Rule) {
        self.total += 1;
        if self.listed.len() < MOST_LISTED {
            self.listed.push(Fault::at(pointer, rule));
        }
    }
}

/// Collects every fault of a document, so that all are reported at once.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Nothing wrong so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a broken rule at a JSON pointer.
    pub fn add(&mut self, pointer: impl Into<String>, rule: Rule) {
        self.note(Fault::at(pointer, rule));
    }

    /// Notes a fault.
    pub fn note(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Unwraps a checked value, or notes why there is none.
    pub fn take<T>(&mut self, pointer: impl Into<String>, checked: Result<T, Rule>) -> Option<T> {
        checked.map_err(|rule| self.add(pointer, rule)).ok()
    }

    /// The same for a value that may be absent: the outer `None` means a fault was noted.
    pub fn take_optional<T>(
        &mut self,
        pointer: impl Into<String>,
        checked: Option<Result<T, Rule>>,
    ) -> Option<Option<T>> {
        match checked {
            None => Some(None),
            Some(checked) => self.take(pointer, checked).map(Some),
        }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The faults in the order they were found.
    pub fn into_vec(self) -> Vec<Fault> {
        self.0
    }

    /// `Ok` when nothing was noted.
    pub fn finish(self) -> Result<(), Faults> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }
}
