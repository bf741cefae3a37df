//! The program as a process of its own: so that it can be killed, starved and started again.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::PASSWORD;
use super::client::Client;

/// The executable.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_partnerstwo-under-test");

/// A server that runs.
pub struct Program {
    pub child: Child,
    pub base: String,
}

impl Program {
    /// Serves; the command is the program with its data.
    pub fn serve(mut command: Command) -> Self {
        command
            .env("PARTNERSTWO_LISTEN", "127.0.0.1:0")
            .env("PARTNERSTWO_REQUESTS_PER_MINUTE", "1000000")
            .env("PARTNERSTWO_ANONYMOUS_REQUESTS_PER_MINUTE", "1000000")
            .arg("serve")
            .stdin(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = Vec::new();
        let base = loop {
            let Some(Ok(line)) = lines.next() else {
                panic!("the server did not start: {said:?}");
            };
            if let Some(rest) = line.strip_prefix("Serving on ") {
                break rest.split('/').take(3).collect::<Vec<_>>().join("/");
            }
            said.push(line);
        };
        // Read on, so that the server can write its log.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, base }
    }

    /// Nobody.
    pub fn anonymous(&self) -> Client {
        Client {
            base: self.base.clone(),
            token: None,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    /// The administrator, signed in.
    pub async fn admin(&self) -> Client {
        let anonymous = self.anonymous();
        let body = serde_json::json!({ "email": "admin@test.example", "password": PASSWORD });
        let answer = anonymous.post("/api/v1/auth/login", body).await.ok(200);
        Client {
            token: Some(answer["access_token"].as_str().unwrap().to_owned()),
            ..anonymous
        }
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may be over already; there is nothing to save here.
        if self.child.kill().is_ok() {
            self.child.wait().unwrap();
        }
    }
}

/// Makes an administrator on the command line.
pub fn create_admin(mut program: Command) {
    program.args(["account", "create", "--email", "admin@test.example"]);
    program.args(["--role", "admin", "--password-stdin"]);
    let mut child = program.stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(PASSWORD.as_bytes()).unwrap();
    drop(input);
    assert!(child.wait().unwrap().success());
}

/// A file system of 24 MB that only those see who enter it.
pub struct SmallDisk {
    /// Keeps the mount.
    holder: Child,
    namespaces: &'static [&'static str],
}

impl SmallDisk {
    /// Mounts one, where this machine allows it: to root, or to everybody in a namespace of users.
    pub fn mount(directory: &Path) -> Option<Self> {
        [&["--mount"][..], &["--mount", "--user"]]
            .into_iter()
            .find_map(|namespaces| {
                let mut unshare = Command::new("unshare");
                unshare.args(namespaces);
                if namespaces.contains(&"--user") {
                    unshare.arg("--map-root-user");
                }
                let script =
                    "mount -t tmpfs -o size=24m tmpfs \"$0\" && echo mounted && exec sleep 3600";
                unshare.args(["sh", "-c", script]).arg(directory);
                let holder = unshare.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
                let mut holder = holder.ok()?;
                let mut said = String::new();
                BufReader::new(holder.stdout.take()?)
                    .read_line(&mut said)
                    .ok()?;
                if said.is_empty() {
                    holder.wait().ok()?;
                    return None;
                }
                Some(Self { holder, namespaces })
            })
    }

    /// A command that runs another one where the disk is seen.
    pub fn enter(&self) -> Command {
        let mut enter = Command::new("nsenter");
        enter
            .arg(format!("--target={}", self.holder.id()))
            .args(self.namespaces);
        enter
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        self.holder.kill().unwrap();
        self.holder.wait().unwrap();
    }
}

/// A directory of a test's own, removed at the end.
pub struct Directory(pub PathBuf);

impl Directory {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("partnerstwo-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let removed = std::fs::remove_dir_all(&self.0);
        if !std::thread::panicking() {
            removed.unwrap();
        }
    }
}
