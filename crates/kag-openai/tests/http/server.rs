//! A server that sends exactly the bytes it is told to, when it is told to.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use serde_json::Value;

/// What the server does with one request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script(Vec<Step>);

#[derive(Clone, Debug)]
enum Step {
    Send(Vec<u8>),
    Wait(Duration),
}

/// One request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// `POST /v1/chat/completions HTTP/1.1`.
    pub(crate) line: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// Answers the n-th request by the n-th script, further ones by the last. Every answer
/// ends with the end of the connection.
pub(crate) struct Server {
    /// With `/v1` at its end.
    pub(crate) base: String,
    pub(crate) address: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    pub(crate) fn start(scripts: impl IntoIterator<Item = Script>) -> Self {
        let scripts: Vec<Script> = scripts.into_iter().collect();
        Self::handling(move |nth, _, stream| {
            let script = scripts.get(nth).or(scripts.last()).unwrap();
            script.play(stream);
        })
    }

    pub(crate) fn handling(handler: impl Fn(usize, &Seen, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let log = seen.clone();
        let handler = Arc::new(handler);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (log, handler) = (log.clone(), handler.clone());
                thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    let Some(request) = Seen::read(&stream) else {
                        return;
                    };
                    let nth = {
                        let mut log = log.lock().unwrap();
                        log.push(request.clone());
                        log.len() - 1
                    };
                    handler(nth, &request, &mut stream);
                });
            }
        });
        Self { base: format!("http://{address}/v1"), address, seen }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The bodies that came, as JSON.
    pub(crate) fn bodies(&self) -> Vec<Value> {
        self.seen().iter().map(Seen::json).collect()
    }
}

impl Seen {
    fn read(stream: &TcpStream) -> Option<Self> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let mut headers = Vec::new();
        loop {
            let mut header = Vec::new();
            reader.read_until(b'\n', &mut header).ok()?;
            let header = String::from_utf8_lossy(&header).into_owned();
            let Some((name, value)) = header.trim_end().split_once(':') else {
                break;
            };
            headers.push((name.to_lowercase(), value.trim().to_owned()));
        }
        let mut seen = Self { line: line.trim_end().to_owned(), headers, body: Vec::new() };
        let length = seen.header("content-length").unwrap_or("0");
        seen.body = vec![0; length.parse().unwrap()];
        reader.read_exact(&mut seen.body).ok()?;
        Some(seen)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Script {
    pub(crate) fn send(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.0.push(Step::Send(bytes.as_ref().to_vec()));
        self
    }

    pub(crate) fn wait(mut self, milliseconds: u64) -> Self {
        self.0.push(Step::Wait(Duration::from_millis(milliseconds)));
        self
    }

    /// One event of a stream.
    pub(crate) fn event(self, data: impl ToString) -> Self {
        self.send(format!("data: {}\n\n", data.to_string()))
    }

    pub(crate) fn play(&self, stream: &mut TcpStream) {
        for step in &self.0 {
            match step {
                Step::Wait(time) => thread::sleep(*time),
                Step::Send(bytes) => {
                    if stream.write_all(bytes).is_err() {
                        return;
                    }
                    stream.flush().unwrap();
                }
            }
        }
    }
}

/// A whole answer; `headers` are lines, each ending in CR LF.
pub(crate) fn answer(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Script {
    let body = body.as_ref();
    let head =
        format!("HTTP/1.1 {status} Something\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n", body.len());
    Script::default().send(head).send(body)
}

pub(crate) fn ok(body: impl ToString) -> Script {
    answer(200, "content-type: application/json\r\n", body.to_string())
}

/// The head of an answer that is ended by the end of the connection alone.
pub(crate) fn head(content_type: &str) -> Script {
    Script::default().send(format!("HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\nconnection: close\r\n\r\n"))
}

/// The head of a stream of events.
pub(crate) fn events() -> Script {
    head("text/event-stream; charset=utf-8")
}

/// A reply that says `text`.
pub(crate) fn says(text: &str) -> Script {
    ok(serde_json::json!({
        "object": "chat.completion",
        "choices": [{
            "index": 0,
            "message": { "role": "assistant", "content": text },
            "finish_reason": "stop",
        }],
        "usage": { "prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18 },
    }))
}
