//! A local AWS of which a test decides, call by call, what comes back: a server on loopback that
//! stands between the tool and it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use bytes::Bytes;
use tracewright::aws::local::LocalAws;

use crate::fake_server::calling;
use crate::harness::{NOW, Scenario, local_options};
use crate::others::Others;

/// What becomes of a call.
pub(crate) enum Fate {
    /// It is answered.
    Answered,
    /// The caller may not do this.
    Denied,
    /// It is done, and its answer never arrives.
    Lost,
    /// It is not done, and the service says this: status, code, message.
    Refused(u16, &'static str, &'static str),
}

/// The server. Its threads end with the test's process.
pub(crate) struct Between {
    address: SocketAddr,
    local: LocalAws,
    asked: Arc<Mutex<Vec<String>>>,
}

type Decide = dyn Fn(&str, usize, &Others) -> Fate + Send + Sync;

impl Between {
    /// Starts one over an empty account. `decide` is given the name of the operation, how many of
    /// that name came before, and someone else, who may do something in between.
    pub(crate) fn start(
        decide: impl Fn(&str, usize, &Others) -> Fate + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let local = LocalAws::in_memory(local_options(NOW));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (remembered, answers) = (Arc::clone(&asked), local.clone());
        let decide: Arc<Decide> = Arc::new(decide);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (remembered, local) = (Arc::clone(&remembered), answers.clone());
                let decide = Arc::clone(&decide);
                thread::spawn(move || serve(&stream, &local, &remembered, &*decide));
            }
        });
        Self { address, local, asked }
    }

    /// The operations it was asked for, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("the list").clone()
    }

    /// How often an operation was asked for.
    pub(crate) fn times(&self, operation: &str) -> usize {
        self.asked().iter().filter(|asked| *asked == operation).count()
    }

    /// Someone else in this account.
    pub(crate) fn others(&self) -> Others {
        Others::at(&self.local)
    }

    /// A scenario that calls this server, with credentials.
    pub(crate) fn scenario(&self) -> Scenario {
        calling(&format!("http://{}", self.address))
    }
}

fn serve(
    stream: &TcpStream,
    local: &LocalAws,
    remembered: &Mutex<Vec<String>>,
    decide: &Decide,
) -> Option<()> {
    let request = read(stream)?;
    let operation = operation(&request);
    let before = {
        let mut asked = remembered.lock().expect("the list");
        let before = asked.iter().filter(|name| **name == operation).count();
        asked.push(operation.clone());
        before
    };
    let answer = match decide(&operation, before, &Others::at(local)) {
        Fate::Answered => local.handle(&request),
        Fate::Lost => {
            local.handle(&request);
            return None;
        }
        Fate::Denied => refusal(
            &request,
            403,
            "AccessDenied",
            &format!("not authorized to perform {operation}"),
        ),
        Fate::Refused(status, code, message) => refusal(&request, status, code, message),
    };
    write(stream, &answer);
    Some(())
}

fn read(stream: &TcpStream) -> Option<http::Request<Bytes>> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ');
    let mut request = http::Request::builder().method(words.next()?).uri(words.next()?);
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        }
        request = request.header(name, value.trim());
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    request.body(Bytes::from(body)).ok()
}

/// The last word of ECS's target, the form's action, or X-Ray's path.
fn operation(request: &http::Request<Bytes>) -> String {
    let target = request.headers().get("x-amz-target").and_then(|value| value.to_str().ok());
    let body = String::from_utf8_lossy(request.body());
    let action = body.split('&').find_map(|pair| pair.strip_prefix("Action="));
    let path = request.uri().path().trim_start_matches('/');
    let name = target.and_then(|target| target.rsplit('.').next()).or(action);
    name.unwrap_or(path).to_owned()
}

/// An error as the caller's protocol writes it.
fn refusal(
    request: &http::Request<Bytes>,
    status: u16,
    code: &str,
    message: &str,
) -> http::Response<Bytes> {
    let is_xray = request.uri().path() != "/";
    let is_json = is_xray || request.headers().contains_key("x-amz-target");
    let body = if is_json {
        serde_json::json!({"__type": code, "message": message}).to_string()
    } else {
        format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}\
             </Message></Error><RequestId>0</RequestId></ErrorResponse>"
        )
    };
    http::Response::builder().status(status).body(Bytes::from(body)).expect("an answer")
}

fn write(mut stream: &TcpStream, answer: &http::Response<Bytes>) {
    let mut head = format!("HTTP/1.1 {} X\r\nconnection: close\r\n", answer.status().as_u16());
    for (name, value) in answer.headers().iter().filter(|(name, _)| *name != "content-length") {
        head += &format!("{name}: {}\r\n", value.to_str().unwrap_or_default());
    }
    head += &format!("content-length: {}\r\n\r\n", answer.body().len());
    // A client that went away is the client's affair.
    drop(stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(answer.body())));
}
