//! Letters that the server wrote as files.

use std::path::Path;

/// A letter, decoded.
#[derive(Clone, Debug)]
pub struct Letter {
    pub to: String,
    pub head: String,
    pub body: String,
}

impl Letter {
    /// Reads the letters of a directory and takes them away.
    pub fn take_all(directory: &Path) -> Vec<Self> {
        let Ok(files) = std::fs::read_dir(directory) else {
            return Vec::new();
        };
        let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        files.sort_by_key(|file| std::fs::metadata(file).unwrap().modified().unwrap());
        let take = |file: std::path::PathBuf| {
            let text = std::fs::read_to_string(&file).unwrap();
            std::fs::remove_file(file).unwrap();
            Self::of(&text)
        };
        files.into_iter().map(take).collect()
    }

    fn of(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let to = head.lines().find_map(|line| line.strip_prefix("To: "));
        let body = match head.contains("quoted-printable") {
            true => plain(body),
            false => body.to_owned(),
        };
        Self {
            to: to.unwrap().to_owned(),
            head: head.to_owned(),
            body,
        }
    }

    /// The link in it, as it stands after the `#`.
    pub fn link(&self) -> String {
        let line = self.body.lines().find(|line| line.starts_with("http"));
        let (_, link) = line.unwrap().split_once('#').unwrap();
        link.trim().to_owned()
    }
}

/// Quoted-printable (RFC 2045, section 6.7), decoded.
fn plain(body: &str) -> String {
    let joined = body.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        match (first, after) {
            (b'=', [high, low, after @ ..]) => {
                let pair = String::from_utf8(vec![*high, *low]).unwrap();
                bytes.push(u8::from_str_radix(&pair, 16).unwrap());
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}
