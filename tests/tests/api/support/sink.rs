//! A receiver of webhooks that does as it is told: answers, fails, hangs, redirects and lies.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// What it answers.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A status, with more header lines.
    Status(u16, &'static str),
    /// A status and a body, by what was asked.
    Answer(fn(&Taken) -> (u16, String)),
    /// Nothing, for so long.
    Hang(Duration),
    /// What is no HTTP.
    Garbage,
    /// A success whose body never ends.
    EndlessBody,
    /// The end of the connection.
    Close,
}

/// A request that it took.
#[derive(Clone, Debug)]
pub struct Taken {
    pub path: String,
    pub headers: HashMap<String, String>,
    pub body: String,
}

impl Taken {
    /// What it says.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        &self.headers[name]
    }
}

/// A receiver on a free port.
pub struct Sink {
    port: u16,
    reply: Arc<Mutex<Reply>>,
    taken: Arc<Mutex<Vec<Taken>>>,
}

impl Sink {
    pub fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        let reply = Arc::new(Mutex::new(Reply::Status(204, "")));
        let taken: Arc<Mutex<Vec<Taken>>> = Arc::default();
        let (replies, takes) = (Arc::clone(&reply), Arc::clone(&taken));
        thread::spawn(move || {
            for stream in socket.incoming() {
                let (replies, takes) = (Arc::clone(&replies), Arc::clone(&takes));
                thread::spawn(move || serve(stream.unwrap(), &replies, &takes));
            }
        });
        Self { port, reply, taken }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it answers from now on.
    pub fn reply(&self, reply: Reply) {
        *self.reply.lock().unwrap() = reply;
    }

    /// What it took since it was last asked, in order.
    pub fn taken(&self) -> Vec<Taken> {
        std::mem::take(&mut *self.taken.lock().unwrap())
    }

    /// Waits until it has taken so many.
    pub async fn wait_for(&self, count: usize, most: Duration) {
        let end = Instant::now() + most;
        while self.taken.lock().unwrap().len() < count {
            assert!(Instant::now() < end, "not taken in time");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

fn serve(mut stream: TcpStream, reply: &Mutex<Reply>, taken: &Mutex<Vec<Taken>>) {
    let Some(request) = read(&stream) else { return };
    let reply = reply.lock().unwrap().clone();
    taken.lock().unwrap().push(request.clone());
    let answer = match reply {
        Reply::Answer(answer) => {
            let (status, body) = answer(&request);
            let length = body.len();
            format!(
                "HTTP/1.1 {status} Said\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            )
        }
        Reply::Status(status, more) => {
            format!(
                "HTTP/1.1 {status} Said\r\n{more}content-length: 0\r\nconnection: close\r\n\r\n"
            )
        }
        Reply::Hang(time) => {
            thread::sleep(time);
            return;
        }
        Reply::Garbage => "220 mail.example ESMTP\r\n".to_owned(),
        Reply::EndlessBody => {
            let head = "HTTP/1.1 200 OK\r\ncontent-length: 1000000000000\r\n\r\n";
            let mut sent = stream.write_all(head.as_bytes());
            while sent.is_ok() {
                sent = stream.write_all(&[b'x'; 1024]);
            }
            return;
        }
        Reply::Close => return,
    };
    let _ = stream.write_all(answer.as_bytes());
}

fn read(stream: &TcpStream) -> Option<Taken> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").map_or("0", String::as_str);
    let length: usize = length.parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    Some(Taken {
        path,
        headers,
        body,
    })
}
