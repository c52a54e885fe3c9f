//! A small web server on the loopback network, and its client: HTTP/1.1, one request a connection.

#[cfg(unix)]
mod process;

#[cfg(unix)]
pub use process::{JOBS, beside};

use crate::record::refused;
use crate::record::thread::Failure;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// How long the other end may be silent, beyond what was asked for.
const PATIENCE: Duration = Duration::from_secs(10);
/// A client looks so often whether the run was stopped.
const LOOKS: Duration = Duration::from_millis(50);
/// In so many pieces a file is sent, over its time.
const PIECES: i64 = 20;
/// The most bytes of the head of a request or of an answer.
const HEAD: u64 = 8 << 10;
/// The largest file, so that no request takes the memory of the machine.
const LARGEST: i64 = 64 << 20;

/// A file of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File {
    /// Its number, which its contents follow from.
    pub number: i64,
    /// How large it is.
    pub bytes: i64,
    /// How long the server takes to send it.
    pub nanos: i64,
}

impl File {
    /// What it contains.
    pub fn content(&self) -> Vec<u8> {
        let mut random = fastrand::Rng::with_seed(self.number.unsigned_abs());
        let bytes = usize::try_from(self.bytes.clamp(0, LARGEST)).unwrap_or(0);
        std::iter::repeat_with(|| random.u8(..)).take(bytes).collect()
    }

    fn time(&self) -> Duration {
        Duration::from_nanos(self.nanos.unsigned_abs())
    }

    /// The file of a path: of "/3?bytes=100000&ns=5000".
    fn at(path: &str) -> Option<Self> {
        let (number, query) = path.strip_prefix('/')?.split_once('?')?;
        let value = |key: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(name, _)| *name == key)?.1.parse::<i64>().ok()
        };
        let bytes = value("bytes").filter(|bytes| (0..=LARGEST).contains(bytes))?;
        Some(Self { number: number.parse().ok()?, bytes, nanos: value("ns")? })
    }
}

// listing: begin
/// Fetches a file from the server at this port; `name`: what it is called where that fails.
pub fn get(
    port: u16,
    file: File,
    name: &str,
    is_stopped: &dyn Fn() -> Result<(), Failure>,
) -> Result<Vec<u8>, Failure> {
    let path = format!("/{}?bytes={}&ns={}", file.number, file.bytes, file.nanos);
    let answer = ask(port, &path, PATIENCE + file.time(), is_stopped)
        .map_err(|error| Failure::Error(format!("{name} failed: {}", why(&error))))?;
    is_stopped()?;
    match body(&answer) {
        Some(body) if body.len() as i64 == file.bytes => Ok(body.to_vec()),
        _ => Err(Failure::Error(format!("{name} is not whole"))),
    }
}

/// Sends a request and reads the answer to its end.
fn ask(
    port: u16,
    path: &str,
    limit: Duration,
    is_stopped: &dyn Fn() -> Result<(), Failure>,
) -> io::Result<Vec<u8>> {
    let given_up = Instant::now() + limit;
    let server = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut connection = TcpStream::connect_timeout(&server, PATIENCE)?;
    connection.set_read_timeout(Some(LOOKS))?;
    write!(connection, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
    let (mut answer, mut bytes) = (Vec::new(), [0; 16 << 10]);
    loop {
        match connection.read(&mut bytes) {
            Ok(0) => return Ok(answer),
            Ok(length) => answer.extend_from_slice(&bytes[..length]),
            Err(error) if is_a_look(&error) => {}
            Err(error) => return Err(error),
        }
        if is_stopped().is_err() {
            return Ok(answer);
        }
        if Instant::now() > given_up || answer.len() as i64 > 2 * LARGEST {
            return Err(ErrorKind::TimedOut.into());
        }
    }
}
// listing: end

/// Runs `body`, with no server: there are no processes.
///
/// # Errors
/// What failed in it.
#[cfg(not(unix))]
pub fn beside<T>(
    _: &crate::topics::Lab<'_>,
    _: bool,
    body: impl FnOnce(u16) -> Result<T, Failure>,
) -> Result<T, Failure> {
    body(0)
}

/// Why a request failed, and what to do.
fn why(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::ConnectionRefused
        | ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe => {
            "the web server is gone, which was a process of this run: run it again".to_owned()
        }
        ErrorKind::TimedOut => {
            "the web server, a process of this run, does not answer: run it again".to_owned()
        }
        _ => refused::why(error),
    }
}

fn is_a_look(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}

/// What follows the head of an answer that says that all is well.
fn body(answer: &[u8]) -> Option<&[u8]> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    answer.starts_with(b"HTTP/1.1 200 ").then(|| &answer[end + 4..])
}

/// Asks a server to end.
///
/// # Errors
/// It is not there.
fn stop(port: u16) -> io::Result<()> {
    ask(port, "/stop", PATIENCE, &|| Ok(())).map(drop)
}

/// Serves files until somebody asks for `/stop`, each on a thread of its own.
///
/// # Errors
/// The system refused a connection or a thread.
fn serve(listener: &TcpListener) -> io::Result<()> {
    std::thread::scope(|scope| {
        for connection in listener.incoming() {
            let mut connection = connection?;
            connection.set_read_timeout(Some(PATIENCE))?;
            connection.set_write_timeout(Some(PATIENCE))?;
            let Ok(path) = read_path(&connection) else { continue };
            if path == "/stop" {
                let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                break;
            }
            let thread = std::thread::Builder::new().name(path.clone());
            // A client that has gone is no trouble of the server's.
            thread.spawn_scoped(scope, move || drop(answer(&mut connection, &path)))?;
        }
        Ok(())
    })
}

/// The path of a request.
fn read_path(connection: &TcpStream) -> io::Result<String> {
    let mut lines = BufReader::new(connection.take(HEAD)).lines();
    let first = lines.next().ok_or(ErrorKind::UnexpectedEof)??;
    // The rest of the head: what is not read would be answered by a reset.
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    first.split(' ').nth(1).map(str::to_owned).ok_or_else(|| ErrorKind::InvalidData.into())
}

/// Sends a file piece by piece, over the time that was asked for.
fn answer(connection: &mut TcpStream, path: &str) -> io::Result<()> {
    let Some(file) = File::at(path) else {
        return connection.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    };
    let content = file.content();
    let began = Instant::now();
    write!(connection, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", content.len())?;
    for piece in 0..PIECES {
        let due = file.time() / PIECES as u32 * (piece as u32 + 1);
        std::thread::sleep(due.saturating_sub(began.elapsed()));
        let place = |piece: i64| content.len() * piece as usize / PIECES as usize;
        connection.write_all(&content[place(piece)..place(piece + 1)])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_comes_whole_and_the_server_ends_when_asked() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let server = std::thread::spawn(move || serve(&listener));
        let file = File { number: 3, bytes: 1_000, nanos: 1_000_000 };
        let never = || Ok(());
        assert_eq!(get(port, file, "file 4", &never).ok(), Some(file.content()));
        // Nonsense is answered, and harms nobody.
        for path in ["/", "/x?bytes=1&ns=0", "/1?bytes=-1&ns=0", "/1"] {
            let answer = ask(port, path, PATIENCE, &never).expect("an answer");
            assert!(answer.starts_with(b"HTTP/1.1 404 "), "{path}");
        }
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, port)));
        stop(port).expect("it is there");
        assert!(server.join().expect("no panic").is_ok());
    }
}
