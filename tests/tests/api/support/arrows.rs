//! The arrows between the files of a crate: which file names what stands in which other one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A path within a crate, without the word `crate`.
type Names = Vec<String>;

/// The files of a crate, each by the path of its module, and those that it names. What a module lends its own name to
/// (`pub use child::Thing`) is looked for where it stands, and is no arrow from the module.
pub struct Arrows(pub BTreeMap<String, BTreeSet<String>>);

impl Arrows {
    /// Reads the files of a crate.
    pub fn of(package: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = root.join("..").join(package).join("src");
        let mut files = BTreeMap::new();
        read(&root, &[], &mut files);
        let modules: BTreeSet<Names> = files.keys().cloned().collect();
        let files: BTreeMap<Names, File> = files
            .into_iter()
            .map(|(module, text)| (module.clone(), File::of(module, &text, &modules)))
            .collect();
        let arrows = files.iter().map(|(module, file)| {
            let named = file.named.iter().map(|path| home(&files, path));
            let others = named.filter(|named| named != module);
            (name(module), others.map(|named| name(&named)).collect())
        });
        Self(arrows.collect())
    }

    /// Files that name each other in a circle, if there are any.
    pub fn circle(&self) -> Option<Vec<&str>> {
        let mut done = BTreeSet::new();
        let mut starts = self.0.keys();
        starts.find_map(|start| self.circle_from(start, &mut Vec::new(), &mut done))
    }

    fn circle_from<'a>(
        &'a self,
        file: &'a str,
        way: &mut Vec<&'a str>,
        done: &mut BTreeSet<&'a str>,
    ) -> Option<Vec<&'a str>> {
        if let Some(place) = way.iter().position(|earlier| *earlier == file) {
            return Some(way[place..].to_vec());
        }
        if done.contains(file) {
            return None;
        }
        way.push(file);
        let mut next = self.0[file].iter();
        let found = next.find_map(|next| self.circle_from(next, way, done));
        way.pop();
        done.insert(file);
        found
    }
}

fn name(module: &[String]) -> String {
    match module {
        [] => "lib".to_owned(),
        module => module.join("::"),
    }
}

/// The text of each file below a folder, by the path of its module.
fn read(folder: &Path, module: &[String], files: &mut BTreeMap<Names, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let own = [module, std::slice::from_ref(&stem)].concat();
        if path.is_dir() {
            read(&path, &own, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let module = match stem.as_str() {
                "lib" | "mod" => module.to_vec(),
                _ => own,
            };
            files.insert(module, std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// The file in which stands what a path leads to.
fn home(files: &BTreeMap<Names, File>, path: &[String]) -> Names {
    let mut module = Names::new();
    for (place, segment) in path.iter().enumerate() {
        let inner = [module.as_slice(), std::slice::from_ref(segment)].concat();
        if files.contains_key(&inner) {
            module = inner;
        } else if let Some(lent) = files[&module].lent.get(segment) {
            return home(files, &[lent.as_slice(), &path[place + 1..]].concat());
        } else {
            break;
        }
    }
    module
}

/// What a file says of others.
#[derive(Default)]
struct File {
    /// The paths that it names.
    named: BTreeSet<Names>,
    /// The names under which others find what stands elsewhere.
    lent: BTreeMap<String, Names>,
}

/// A file that is being read.
struct Reader<'a> {
    tokens: &'a [String],
    modules: &'a BTreeSet<Names>,
    module: Names,
    /// The module of the place that is read: the file's own, or one within it.
    here: Names,
    /// What the names that were imported lead to.
    imported: BTreeMap<String, Names>,
}

impl File {
    fn of(module: Names, text: &str, modules: &BTreeSet<Names>) -> Self {
        let tokens = tokens(text);
        let mut reader = Reader {
            tokens: &tokens,
            modules,
            here: module.clone(),
            module,
            imported: BTreeMap::new(),
        };
        // Once for what is imported, wherever that stands, and once for all.
        reader.read();
        reader.read()
    }
}

impl Reader<'_> {
    fn token(&self, place: usize) -> &str {
        self.tokens.get(place).map_or("", String::as_str)
    }

    fn read(&mut self) -> File {
        let mut file = File::default();
        let mut place = 0;
        // For each module within the file, how deep in braces it began.
        let (mut depth, mut inner) = (0, Vec::new());
        while place < self.tokens.len() {
            match self.token(place) {
                "mod" if self.token(place + 2) == "{" => {
                    if self.is_test(place) {
                        place = self.end_of_block(place + 2);
                        continue;
                    }
                    inner.push(depth);
                    self.here.push(self.token(place + 1).to_owned());
                    place += 2;
                    continue;
                }
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    if inner.last() == Some(&depth) {
                        inner.pop();
                        self.here.pop();
                    }
                }
                "use" => {
                    let is_lent = ["pub", ")"].contains(&self.token(place.wrapping_sub(1)));
                    let mut found = Vec::new();
                    place = self.tree(place + 1, &[], &mut found);
                    for (path, name) in found {
                        let Some(path) = self.within(&path) else {
                            continue;
                        };
                        let is_child = path.starts_with(&self.module);
                        if is_lent && self.here == self.module {
                            file.lent.insert(name.clone(), path.clone());
                        }
                        if !(is_lent && is_child) {
                            file.named.insert(path.clone());
                        }
                        self.imported.insert(name, path);
                    }
                    continue;
                }
                word if is_word(word) && self.token(place.wrapping_sub(1)) != "::" => {
                    let mut path = vec![word.to_owned()];
                    while self.token(place + 1) == "::" && is_word(self.token(place + 2)) {
                        path.push(self.token(place + 2).to_owned());
                        place += 2;
                    }
                    if path.len() > 1 {
                        file.named.extend(self.within(&path));
                    }
                }
                _ => {}
            }
            place += 1;
        }
        file
    }

    /// Reads what is imported: each path, with the name under which. Returns the place after it.
    fn tree(&self, mut place: usize, before: &[String], found: &mut Vec<(Names, String)>) -> usize {
        let mut path = before.to_vec();
        loop {
            match self.token(place) {
                "::" => {}
                "{" => {
                    while self.token(place) != "}" {
                        place = self.tree(place + 1, &path, found);
                    }
                    return place + 1;
                }
                "as" => {
                    found.push((path, self.token(place + 1).to_owned()));
                    return place + 2;
                }
                word if is_word(word) => match (word, path.is_empty()) {
                    ("self", false) => {}
                    _ => path.push(word.to_owned()),
                },
                _ => {
                    if path.len() > before.len() || self.token(place - 1) == "self" {
                        let name = path.last().cloned().unwrap_or_default();
                        found.push((path, name));
                    }
                    return place;
                }
            }
            place += 1;
        }
    }

    /// The path from the root of the crate, if it leads into the crate.
    fn within(&self, path: &[String]) -> Option<Names> {
        let (mut base, mut rest) = match path[0].as_str() {
            "crate" => (Names::new(), &path[1..]),
            "self" => (self.here.clone(), &path[1..]),
            "super" => (self.here.clone(), path),
            first => {
                let child = [self.here.as_slice(), &[first.to_owned()]].concat();
                let child = Some(child).filter(|child| self.modules.contains(child));
                (self.imported.get(first).cloned().or(child)?, &path[1..])
            }
        };
        while rest.first().is_some_and(|first| first == "super") {
            base.pop();
            rest = &rest[1..];
        }
        Some([base.as_slice(), rest].concat())
    }

    /// Whether what begins at a place is for unit tests.
    fn is_test(&self, place: usize) -> bool {
        let before = &self.tokens[..place];
        before.ends_with(&["#", "[", "cfg", "(", "test", ")", "]"].map(str::to_owned))
    }

    /// The place after a block.
    fn end_of_block(&self, mut place: usize) -> usize {
        let mut depth = 0;
        loop {
            match self.token(place) {
                "{" => depth += 1,
                "}" => depth -= 1,
                _ => {}
            }
            place += 1;
            if depth == 0 {
                return place;
            }
        }
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// The words and signs of a file, without comments and texts.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if first == '"' {
            end_of_text(rest)
        } else if let Some(raw) = rest.strip_prefix("r#\"") {
            raw.find("\"#").map_or(rest.len(), |end| end + 5)
        } else if let Some(raw) = rest.strip_prefix("r\"") {
            raw.find('"').map_or(rest.len(), |end| end + 3)
        } else if first == '\'' {
            end_of_letter(rest)
        } else if rest.starts_with("::") {
            tokens.push("::".to_owned());
            2
        } else if first.is_alphanumeric() || first == '_' {
            let is_end = |letter: char| !(letter.is_alphanumeric() || letter == '_');
            let end = rest.find(is_end).unwrap_or(rest.len());
            tokens.push(rest[..end].to_owned());
            end
        } else {
            if !first.is_whitespace() {
                tokens.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

/// How long a text between quotation marks is.
fn end_of_text(text: &str) -> usize {
    let mut escaped = false;
    let end = text.char_indices().skip(1).find(|(_, letter)| {
        let ends = *letter == '"' && !escaped;
        escaped = *letter == '\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |(end, _)| end + 1)
}

/// How long a letter is; of a lifetime, only its apostrophe.
fn end_of_letter(text: &str) -> usize {
    let letter = text.chars().nth(1).map_or(0, char::len_utf8);
    match text[1..].strip_prefix('\\') {
        Some(escaped) => escaped[1..].find('\'').map_or(text.len(), |end| end + 4),
        None if text[1 + letter..].starts_with('\'') => letter + 2,
        None => 1,
    }
}
