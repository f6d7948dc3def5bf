//! The same local AWS on a socket, for the AWS CLI, other SDKs and X-Ray's samplers.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONNECTION, HeaderValue};
use http::{Request, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::LocalAws;
use super::faults::Delivery;
use super::reply::{self, Fault, Protocol};

/// The largest request body that is read. The largest legitimate one, a full report of sampling
/// statistics, stays far below.
const BODY_LIMIT: usize = 1024 * 1024;

/// How long a client may take over its request's head, which also ends idle connections.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// How long the rest of a request may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// How long requests under way may take to finish once the server is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// Serves `local` on `listener` until `shutdown` resolves, then lets requests under way finish.
///
/// Nothing here checks who connects: the caller binds the listener to loopback.
pub async fn serve(
    local: LocalAws,
    listener: TcpListener,
    shutdown: impl Future,
) -> io::Result<()> {
    let mut shutdown = pin!(shutdown);
    let (stop, stopped) = watch::channel(());
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(local.clone(), stream, stopped.clone()));
                }
                // A connection that broke before it was taken, or no file descriptor left: neither
                // ends the server, and the second must not spin.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    drop(stop);
    let finished = async { while connections.join_next().await.is_some() {} };
    // Connections that are left after the grace go with the set.
    let _ = tokio::time::timeout(GRACE, finished).await;
    Ok(())
}

async fn connection(local: LocalAws, stream: TcpStream, mut stopped: watch::Receiver<()>) {
    let service = service_fn(move |request| {
        let local = local.clone();
        // hyper closes the connection of a request that has no answer.
        async move {
            let lost = io::Error::new(io::ErrorKind::ConnectionReset, "the answer is lost");
            answer(&local, request).await.ok_or(lost)
        }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    // hyper answers a malformed head itself, and a client that goes away is nobody's error.
    tokio::select! {
        _ = connection.as_mut() => {}
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            drop(connection.await);
        }
    }
}

type Answer = Response<BoxBody<Bytes, io::Error>>;

async fn answer(local: &LocalAws, request: Request<Incoming>) -> Option<Answer> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, BODY_LIMIT).collect();
    let body = match tokio::time::timeout(BODY_TIMEOUT, body).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            return Some(refusal(local, StatusCode::PAYLOAD_TOO_LARGE, "the body is over 1 MiB"));
        }
        Ok(Err(_)) => return Some(refusal(local, StatusCode::BAD_REQUEST, "the body broke off")),
        Err(_) => {
            return Some(refusal(local, StatusCode::REQUEST_TIMEOUT, "the body did not arrive"));
        }
    };
    match local.deliver(&Request::from_parts(parts, body)).await {
        Delivery::Whole(answer) => Some(whole(answer)),
        Delivery::Cut(answer) => Some(answer),
        Delivery::Nothing => None,
    }
}

fn whole(answer: Response<Bytes>) -> Answer {
    answer.map(|body| Full::new(body).map_err(|never| match never {}).boxed())
}

/// The answer to a request whose body was not read to its end, after which the connection is of no
/// more use.
fn refusal(local: &LocalAws, status: StatusCode, why: &str) -> Answer {
    let fault = Fault::serialization(why.to_owned()).with_status(status);
    let mut response = reply::response(Protocol::RestJson, Err(fault), local.now());
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    whole(response)
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::oneshot;
    use tokio::task::JoinHandle;

    use super::super::Options;
    use super::*;

    async fn start() -> (SocketAddr, oneshot::Sender<()>, JoinHandle<io::Result<()>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let local = LocalAws::in_memory(Options::default());
        (address, stop, tokio::spawn(serve(local, listener, stopped)))
    }

    async fn talk(address: SocketAddr, text: &[u8]) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(text).await.unwrap();
        let mut answer = Vec::new();
        drop(stream.read_to_end(&mut answer).await);
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[tokio::test]
    async fn a_connection_is_kept_alive_and_chunked_bodies_are_read() {
        let (address, _stop, _server) = start().await;
        let plain = "POST /GetSamplingRules HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}";
        let chunked = "POST /GetSamplingRules HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
                       transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
        let answer = talk(address, format!("{plain}{chunked}").as_bytes()).await;
        assert_eq!(answer.matches("HTTP/1.1 200 OK").count(), 2, "{answer}");
    }

    #[tokio::test]
    async fn an_expectation_is_answered_before_the_body_comes() {
        let (address, _stop, _server) = start().await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = "POST /GetSamplingRules HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n\
                    content-length: 2\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = [0; 21];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 100 Continue");
    }

    #[tokio::test]
    async fn what_is_not_http_or_too_large_is_refused_and_the_server_lives_on() {
        let (address, stop, server) = start().await;
        assert!(talk(address, b"\x16\x03\x01\x02 garbage\r\n\r\n").await.contains(" 400 "));
        let size = BODY_LIMIT + 1;
        let large = format!("POST /GetSamplingRules HTTP/1.1\r\ncontent-length: {size}\r\n\r\n");
        let large = [large.into_bytes(), vec![b' '; size]].concat();
        let answer = talk(address, &large).await;
        assert!(answer.contains(" 413 "), "{answer}");
        let next = "GET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        assert!(talk(address, next.as_bytes()).await.contains("UnknownOperationException"));
        stop.send(()).unwrap();
        server.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn it_stops_although_an_idle_connection_is_open() {
        let (address, stop, server) = start().await;
        let _idle = TcpStream::connect(address).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
        stop.send(()).unwrap();
        let stopped = tokio::time::timeout(Duration::from_secs(2), server).await;
        stopped.unwrap().unwrap().unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }
}
