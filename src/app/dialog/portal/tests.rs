//! Buses that answer well, badly, late and never: each on a socket of its own.
#![allow(clippy::unwrap_used)]

use super::*;
use std::net::Shutdown;
use std::os::unix::net::UnixListener;
use std::time::Instant;

/// Long enough for a machine that is busy, short enough for what never answers.
const PATIENCE: Duration = Duration::from_millis(400);

/// What is said of a bus that does this with whoever comes.
fn said(serve: impl FnOnce(UnixStream) + Send + 'static, limit: Duration) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a bus");
    let listener = UnixListener::bind(&path).unwrap();
    let server = std::thread::spawn(move || serve(listener.accept().unwrap().0));
    let escaped = path.display().to_string().replace(' ', "%20");
    let address = format!("tcp:host=nowhere;unix:guid=1,path={escaped}");
    let told = has_portal(Some(address), limit);
    server.join().unwrap();
    told
}

/// A message without fields, with so many bytes in it.
fn message(kind: u8, order: u8, body: u32) -> Vec<u8> {
    let number = |n: u32| if order == b'l' { n.to_le_bytes() } else { n.to_be_bytes() };
    let mut bytes = vec![order, kind, 0, 1];
    [body, 1, 0].iter().for_each(|n| bytes.extend(number(*n)));
    bytes.resize(bytes.len() + body as usize, 7);
    bytes
}

/// Lets whoever comes in, takes both calls, and answers with these bytes.
fn lets_in(answer: Vec<u8>) -> impl FnOnce(UnixStream) + Send + 'static {
    move |mut stream| {
        let mut from = BufReader::new(stream.try_clone().unwrap());
        let mut line = Vec::new();
        from.read_until(b'\n', &mut line).unwrap();
        assert!(line.starts_with(b"\0AUTH EXTERNAL 3"), "{line:?}");
        stream.write_all(b"OK 1234deadbeef\r\n").unwrap();
        line.clear();
        from.read_until(b'\n', &mut line).unwrap();
        assert_eq!(line, b"BEGIN\r\n");
        // Both calls are well formed: they end where they say, and nothing follows.
        let mut calls = Vec::new();
        for _ in 0..2 {
            let mut head = [0; 16];
            from.read_exact(&mut head).unwrap();
            let number = |at: usize| u32::from_le_bytes(head[at..at + 4].try_into().unwrap());
            assert_eq!(head[..4], [b'l', 1, 0, 1]);
            let rest = number(12).next_multiple_of(8) + number(4);
            let mut body = vec![0; rest as usize];
            from.read_exact(&mut body).unwrap();
            calls.push((number(8), String::from_utf8_lossy(&body).into_owned()));
        }
        assert!(calls[0].0 == 1 && calls[0].1.contains("Hello"), "{calls:?}");
        assert!(calls[1].0 == 2 && calls[1].1.contains("portal.FileChooser"), "{calls:?}");
        stream.write_all(&answer).unwrap();
        if !answer.is_empty() {
            stream.shutdown(Shutdown::Write).unwrap();
        }
        // Until the other end has what it wants.
        let _ = from.read(&mut [0]);
    }
}

#[test]
fn a_portal_is_there() {
    // With signals in between, and the other order of bytes.
    let answer = [message(2, b'l', 9), message(4, b'l', 24), message(2, b'B', 5)].concat();
    assert_eq!(said(lets_in(answer), Duration::from_secs(20)), Ok(()));
}

#[test]
fn each_way_to_have_none_is_said() {
    let long = Duration::from_secs(20);
    let none = |answer: Vec<u8>| said(lets_in(answer), long).unwrap_err();
    let error = [message(2, b'l', 0), message(3, b'l', 40)].concat();
    assert_eq!(none(error), "the desktop has no portal for them");
    assert_eq!(none(message(2, b'l', 0)[..7].to_vec()), "the session's D-Bus hung up");
    let huge = [&message(2, b'l', 0)[..4], &[255; 12]].concat();
    assert_eq!(none(huge), "the session's D-Bus says what makes no sense");
    let refused = |mut stream: UnixStream| {
        stream.write_all(b"REJECTED EXTERNAL\r\n").unwrap();
        let _ = io::copy(&mut stream, &mut io::sink());
    };
    assert_eq!(said(refused, long).unwrap_err(), "the session's D-Bus does not let this user in");
    assert_eq!(said(drop, long).unwrap_err(), "the session's D-Bus hung up");
    assert_eq!(has_portal(None, long).unwrap_err(), "the session has no D-Bus");
    let gone = has_portal(Some("unix:path=/nowhere/bus".to_owned()), long).unwrap_err();
    assert!(gone.starts_with("the session's D-Bus cannot be reached: "), "{gone}");
    let odd = has_portal(Some("autolaunch:".to_owned()), long).unwrap_err();
    assert_eq!(odd, "the session's D-Bus is of an unknown kind");
}

#[test]
fn a_bus_that_does_not_answer_is_not_waited_for() {
    let silent = |stream: UnixStream| {
        let _ = io::copy(&mut &stream, &mut io::sink());
    };
    let before = Instant::now();
    let why = said(silent, PATIENCE).unwrap_err();
    assert_eq!(why, "the session's D-Bus gave no answer in 400 ms");
    // One that lets us in and then says nothing is no better.
    let why = said(lets_in(Vec::new()), PATIENCE).unwrap_err();
    assert_eq!(why, "the session's D-Bus gave no answer in 400 ms");
    assert!(before.elapsed() >= 2 * PATIENCE);
}

#[test]
#[ignore = "needs dbus-daemon: cargo test --lib -- --ignored a_real_bus"]
fn a_real_bus_without_a_portal_says_so() {
    use std::process::{Command, Stdio};
    let arguments = ["--session", "--nofork", "--nopidfile", "--print-address=1"];
    let mut command = Command::new("dbus-daemon");
    let mut bus = command.args(arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut address = String::new();
    BufReader::new(bus.stdout.take().unwrap()).read_line(&mut address).unwrap();
    let told = has_portal(Some(address.trim().to_owned()), Duration::from_secs(20));
    bus.kill().unwrap();
    bus.wait().unwrap();
    assert_eq!(told.unwrap_err(), "the desktop has no portal for them");
}
