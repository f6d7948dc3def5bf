//! A server on loopback that answers as it is told to, and remembers what it was asked.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::harness::Scenario;

/// What is said to one request.
#[derive(Clone)]
pub(crate) struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

/// The server. Its thread ends with the test's process.
pub(crate) struct FakeServer {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Answer {
    pub(crate) fn new(status: u16, body: impl Into<String>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// STS, on who is calling.
    pub(crate) fn caller(account: &str) -> Self {
        Self::new(
            200,
            format!(
                "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
                 <GetCallerIdentityResult><Arn>arn:aws:iam::{account}:user/jane</Arn>\
                 <UserId>AIDA</UserId><Account>{account}</Account></GetCallerIdentityResult>\
                 </GetCallerIdentityResponse>"
            ),
        )
    }

    /// An error of STS.
    pub(crate) fn sts_error(status: u16, code: &str, message: &str) -> Self {
        Self::new(
            status,
            format!(
                "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error>\
                 <Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
                 <RequestId>0</RequestId></ErrorResponse>"
            ),
        )
    }

    /// An error of X-Ray.
    pub(crate) fn xray_error(status: u16, code: &str, message: &str) -> Self {
        let body = serde_json::json!({ "message": message }).to_string();
        Self::new(status, body).header("x-amzn-errortype", code)
    }

    /// X-Ray, with no rules but its own.
    pub(crate) fn no_rules() -> Self {
        Self::new(200, r#"{"SamplingRuleRecords":[]}"#)
    }
}

impl FakeServer {
    /// Starts one; `answer` is given the name of the operation, `GetSamplingRules`.
    pub(crate) fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (remembered, answer) = (Arc::clone(&asked), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (remembered, answer) = (Arc::clone(&remembered), Arc::clone(&answer));
                thread::spawn(move || {
                    let Some(operation) = read(&stream) else { return };
                    remembered.lock().expect("the list").push(operation.clone());
                    write(stream, &answer(&operation));
                });
            }
        });
        Self { address, asked }
    }

    /// The operations it was asked for, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("the list").clone()
    }

    /// Where it listens.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A scenario that calls this server, with credentials.
    pub(crate) fn scenario(&self) -> Scenario {
        calling(&self.endpoint())
    }
}

/// A scenario that calls an endpoint, with credentials.
pub(crate) fn calling(endpoint: &str) -> Scenario {
    Scenario::new()
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
}

/// The operation: the path's name, or in the query protocol the form's `Action`.
fn read(stream: &TcpStream) -> Option<String> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.trim_start_matches('/').to_owned();
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        match header.trim_end().to_ascii_lowercase().split_once(':') {
            Some(("content-length", value)) => length = value.trim().parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8_lossy(&body).into_owned();
    let action = body.split('&').find_map(|pair| pair.strip_prefix("Action="));
    Some(action.map_or(path, str::to_owned))
}

fn write(mut stream: TcpStream, answer: &Answer) {
    let Answer { status, headers, body } = answer;
    let headers: String =
        headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n"
    );
    // A client that went away is the client's affair.
    drop(stream.write_all(format!("{head}{body}").as_bytes()));
}
