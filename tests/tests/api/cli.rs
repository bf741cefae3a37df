//! The program on the command line: settings, what it prints, and how it stops.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write, pipe};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use api::config::Config;
use tempfile::TempDir;

use crate::support::PROGRAM;

/// What must never be shown.
const PASSWORD: &str = "tajne-haslo";

/// The program with a data directory of its own, and no settings but that.
struct Program {
    home: TempDir,
}

impl Program {
    fn new() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
        }
    }

    fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .args(args)
            .env_clear()
            .env("PARTNERSTWO_DATA_DIR", self.data())
            .stdin(Stdio::null());
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// With the records of the reference year, an account and a key.
    fn filled() -> Self {
        let program = Self::new();
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/data/lubuskie-2016.json");
        let imported = program.run(&["import", file.to_str().unwrap()]);
        assert!(imported.status.success(), "{}", errors(&imported));
        assert!(program.run(&["keys", "rotate"]).status.success());
        let created = program
            .create_account("admin@wup.example")
            .output()
            .unwrap();
        assert!(created.status.success(), "{}", errors(&created));
        program
    }

    fn create_account(&self, email: &str) -> Command {
        let (reader, mut writer) = pipe().unwrap();
        writer.write_all(b"mleko rower zamek").unwrap();
        let mut command = self.command(&[
            "account",
            "create",
            "--role",
            "admin",
            "--email",
            email,
            "--password-stdin",
        ]);
        command.stdin(reader);
        command
    }
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Every setting, with values that cannot be used.
const REFUSED: [(&str, &[&str]); 23] = [
    (
        "listen",
        &[
            "8080",
            "127.0.0.1",
            "127.0.0.1:99999",
            "a b:80",
            ":8080",
            "::1:8080",
            "",
        ],
    ),
    ("data_dir", &["/dev/null", ""]),
    (
        "database_url",
        &[
            "mysql://u:tajne-haslo@db.example/p",
            "postgres://u:tajne-haslo@db.example:port/p",
            "p.sqlite",
            "",
        ],
    ),
    (
        "master_secret",
        &[
            "tajne-haslo",
            "",
            "                                        ",
        ],
    ),
    (
        "cors_origins",
        &[
            "*",
            "null",
            "frontend.example",
            "https://frontend.example/",
            "https://Frontend.example",
            "https://frontend.example:443",
            "https://frontend.example,javascript:alert(1)",
        ],
    ),
    (
        "public_url",
        &[
            "::::",
            "",
            "partnerstwo.example",
            "ftp://partnerstwo.example",
            "http:partnerstwo.example",
            "https://partnerstwo.example/api",
            "https://partnerstwo.example?a=b",
            "https://partnerstwo.example#a",
            "https://u:tajne-haslo@partnerstwo.example",
            "https://partnerstwo.example:99999",
            " https://partnerstwo.example",
        ],
    ),
    (
        "link_url",
        &[
            "javascript:alert(1)",
            "/links/{action}",
            "https://",
            "https://partnerstwo.example/{akcja}",
            "https://partnerstwo.example/#/{action}",
            "https://u:tajne-haslo@partnerstwo.example/{action}",
        ],
    ),
    (
        "trusted_proxies",
        &["10.0.0", "10.0.0.0/33", "127.0.0.1,proxy.example"],
    ),
    (
        "webhook_networks",
        &["10.0.0", "::/129", "10.0.0.0/8;192.168.0.0/16"],
    ),
    (
        "smtp_url",
        &[
            "mail.example",
            "http://u:tajne-haslo@mail.example",
            "smtp://",
            "smtp://u:tajne-haslo@mail.example?tls=perhaps",
            "",
        ],
    ),
    (
        "mail_from",
        &["Partnerstwo", "a@", "", "a@wup.example, b@wup.example"],
    ),
    ("data_licence", &["CC0", "javascript:alert(1)", ""]),
    (
        "krs_url",
        &[
            "junk",
            "",
            "https://krs.example/?a=b",
            "file:///etc/passwd",
            "https://u:tajne-haslo@krs.example",
        ],
    ),
    ("regon_url", &["junk", "", "https://regon.example/#a"]),
    ("regon_key", &["", "  "]),
    (
        "session_idle_hours",
        &[
            "0",
            "8761",
            "4294967295",
            "4294967296",
            "-1",
            "1.5",
            "day",
            "",
        ],
    ),
    (
        "session_hours",
        &[
            "0",
            "8761",
            "4294967295",
            "4294967296",
            "-1",
            "1.5",
            "day",
            "",
        ],
    ),
    (
        "second_factor_roles",
        &["king", "anonymous", "admin,sekretariat"],
    ),
    (
        "requests_per_minute",
        &["0", "100000001", "4294967296", "-1", "many"],
    ),
    (
        "anonymous_requests_per_minute",
        &["0", "100000001", "4294967296", "-1", "many"],
    ),
    (
        "argon2_memory_kib",
        &["0", "19455", "1048577", "4294967295", "much"],
    ),
    (
        "log",
        &["%%%", "inof", "sqlx=loud", "warn, info", "info,", ""],
    ),
    ("surprise", &["1"]),
];
const SECRET: [&str; 4] = ["database_url", "master_secret", "smtp_url", "regon_key"];

#[test]
fn every_setting_that_cannot_be_used_is_refused_by_its_name() {
    let program = Program::new();
    for (name, values) in REFUSED {
        let variable = format!("PARTNERSTWO_{}", name.to_uppercase());
        for value in values {
            let mut command = program.command(&["migrate"]);
            // With what an address needs that is not the one in question.
            command
                .env("PARTNERSTWO_REGON_KEY", "abcde12345")
                .env(&variable, value);
            let output = command.output().unwrap();
            let said = errors(&output);
            assert_eq!(output.status.code(), Some(2), "{name}={value}: {said}");
            assert!(
                said.starts_with("partnerstwo: ") && said.contains(name),
                "{name}={value}: {said}"
            );
            assert_eq!(said.lines().count(), 1, "{said}");
            assert!(
                !said.contains(PASSWORD) && !said.contains("panicked"),
                "{said}"
            );
            let shown = value.split(',').next_back().unwrap().trim();
            let hidden = SECRET.contains(&name) || value.contains(PASSWORD) || name == "surprise";
            assert!(
                hidden || said.contains(&format!("{shown:?}")[1..]) || said.contains(shown),
                "{name}={value}: {said}"
            );
            let helps = ["allowed: ", "expected ", "there is no setting"]
                .iter()
                .any(|words| said.contains(words));
            assert!(helps, "{name}={value}: {said}");
        }
    }
    assert!(
        !program.data().exists(),
        "nothing is done with settings of which one is wrong"
    );
}

#[test]
fn no_setting_is_left_out_here() {
    let settings = serde_json::to_value(Config::default()).unwrap();
    let settings: BTreeSet<&str> = settings
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let refused = REFUSED
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| *name != "surprise");
    assert_eq!(refused.collect::<BTreeSet<_>>(), settings);
}

#[test]
fn all_that_is_wrong_is_said_at_once_wherever_it_stands() {
    let program = Program::new();
    let file = program.home.path().join("partnerstwo.toml");
    std::fs::write(
        &file,
        "session_hours = 0\nkrs_url = \"junk\"\nregon_url = \"https://regon.example\"\n",
    )
    .unwrap();
    let mut command = program.command(&["migrate", "--listen", "8080"]);
    let output = command.env("PARTNERSTWO_CONFIG", &file).output().unwrap();
    let said = errors(&output);
    assert_eq!(
        (output.status.code(), said.lines().count()),
        (Some(2), 4),
        "{said}"
    );
    for name in [
        "session_hours: \"0\"",
        "krs_url: \"junk\"",
        "listen: \"8080\"",
        "regon_key: ",
    ] {
        assert!(said.contains(name), "{said}");
    }
}

#[test]
fn a_file_of_settings_that_cannot_be_read_is_named_and_not_shown() {
    let program = Program::new();
    let file = program.home.path().join("partnerstwo.toml");
    let refused = |text: Option<&str>| {
        if let Some(text) = text {
            std::fs::write(&file, text).unwrap();
        }
        let output = program.run(&["migrate", "--config", file.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2), "{}", errors(&output));
        errors(&output)
    };
    assert!(refused(None).contains(file.to_str().unwrap()));
    let broken = refused(Some("master_secret = \"tajne-haslo\nlisten = 1"));
    assert!(
        broken.contains(file.to_str().unwrap()) && broken.contains("line 1"),
        "{broken}"
    );
    assert!(!broken.contains(PASSWORD), "{broken}");
    let number = refused(Some("master_secret = 12345678"));
    assert!(
        number.contains("master_secret") && !number.contains("12345678"),
        "{number}"
    );
    let kind = refused(Some("session_hours = \"tydzień\""));
    assert!(
        kind.contains("session_hours") && kind.contains("tydzień"),
        "{kind}"
    );
}

#[test]
fn what_looks_like_a_number_may_be_a_secret() {
    let program = Program::new();
    let mut command = program.command(&["keys", "rotate"]);
    let output = command
        .env(
            "PARTNERSTWO_MASTER_SECRET",
            "01234567890123456789012345678901",
        )
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", errors(&output));
}

#[test]
fn a_place_that_cannot_be_used_is_named() {
    let program = Program::new();
    let file = program.home.path().join("file");
    std::fs::write(&file, "").unwrap();
    let below = file.join("data");
    for place in [&file, &below] {
        let output = program
            .command(&["migrate"])
            .env("PARTNERSTWO_DATA_DIR", place)
            .output()
            .unwrap();
        let said = errors(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains("data_dir") && said.contains(place.to_str().unwrap()),
            "{said}"
        );
    }
    let database = format!(
        "sqlite://{}/nowhere/db.sqlite",
        program.home.path().display()
    );
    let output = program
        .command(&["migrate"])
        .env("PARTNERSTWO_DATABASE_URL", &database)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        errors(&output).contains(&format!("database_url: {database}")),
        "{}",
        errors(&output)
    );
}

#[test]
fn a_reader_who_has_gone_ends_a_command_quietly() {
    let program = Program::filled();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/data/lubuskie-2016.json");
    let file = file.to_str().unwrap();
    let commands: [&[&str]; 9] = [
        &["openapi"],
        &["report", "partnerstwo-lubuskie", "--year", "2016"],
        &["account", "list"],
        &["keys", "list"],
        &["audit", "verify", "--json"],
        &["import", file, "--json", "--dry-run"],
        &["serve", "--demo"],
        &["--help"],
        &["--version"],
    ];
    for args in commands {
        // Only an empty database has a demonstration.
        let empty = Program::new();
        let program = if args.contains(&"--demo") {
            &empty
        } else {
            &program
        };
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let output = program
            .command(args)
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(
            output.status.code(),
            Some(0),
            "{args:?}: {}",
            errors(&output)
        );
        assert!(
            !errors(&output).contains("partnerstwo: "),
            "{args:?}: {}",
            errors(&output)
        );
    }
    // Nor does it matter to the work whether somebody is told of it.
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    let created = program
        .create_account("druga@wup.example")
        .stderr(writer)
        .status()
        .unwrap();
    assert_eq!(created.code(), Some(0));
    let listed = program.run(&["account", "list"]);
    assert!(String::from_utf8_lossy(&listed.stdout).contains("druga@wup.example"));
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_printed_for_another_reason_is_a_failure() {
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = Program::new()
        .command(&["openapi"])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        errors(&output).starts_with("partnerstwo: "),
        "{}",
        errors(&output)
    );
}

/// Serves, begins a request that does not end, and sends signals: the second one once nobody is let in any more.
fn stopped(signals: [&str; 2]) -> (Option<i32>, String) {
    let program = Program::new();
    let mut command = program.command(&["serve", "--listen", "127.0.0.1:0"]);
    let mut server = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(server.stderr.take().unwrap()).lines();
    let address = said.find_map(|line| {
        let line = line.unwrap();
        let (_, rest) = line.split_once("Serving on http://")?;
        Some(rest.split_once('/').unwrap().0.to_owned())
    });
    let address = address.unwrap();
    let mut unfinished = TcpStream::connect(&address).unwrap();
    let head = "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    unfinished.write_all(head.as_bytes()).unwrap();
    // Answered by the same server: what was sent before has arrived.
    let mut other = TcpStream::connect(&address).unwrap();
    other
        .write_all(b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut status = String::new();
    BufReader::new(other).read_line(&mut status).unwrap();
    assert!(status.contains("200"), "{status}");
    let pid = server.id().to_string();
    let send = |signal: &str| {
        let sent = Command::new("kill")
            .args([&format!("-{signal}"), &pid])
            .status();
        assert!(sent.unwrap().success());
    };
    send(signals[0]);
    while TcpStream::connect(&address).is_ok() {
        sleep(Duration::from_millis(20));
    }
    assert_eq!(server.try_wait().unwrap(), None, "it waits for the request");
    send(signals[1]);
    let code = server.wait().unwrap().code();
    drop(unfinished);
    let said: Vec<String> = said.map(Result::unwrap).collect();
    (code, said.join("\n"))
}

#[test]
fn a_second_signal_stops_at_once() {
    for signals in [["TERM", "TERM"], ["INT", "INT"], ["TERM", "INT"]] {
        let (code, said) = stopped(signals);
        assert_eq!(code, Some(1), "{signals:?}: {said}");
        assert!(said.contains("stopped at once"), "{said}");
    }
}

#[test]
fn one_signal_lets_the_server_finish() {
    for signal in ["TERM", "INT"] {
        let program = Program::new();
        let mut command = program.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut server = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(server.stderr.take().unwrap()).lines();
        assert!(said.any(|line| line.unwrap().contains("Serving on")));
        let rest = std::thread::spawn(move || said.map(Result::unwrap).collect::<Vec<_>>());
        let sent = Command::new("kill")
            .args([&format!("-{signal}"), &server.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
        assert_eq!(server.wait().unwrap().code(), Some(0), "{:?}", rest.join());
    }
}
