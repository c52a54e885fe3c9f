//! Whether the desktop has dialogs for files: a D-Bus of the session, and on it a portal for them.
//!
//! rfd neither says why there is no dialog nor has a time limit, so this is asked before: two calls over the bus, in the
//! protocol's own bytes.

use crossbeam::channel::bounded;
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long the bus and the portal may take together.
const LIMIT: Duration = Duration::from_millis(900);
/// The longest message and line that are read, in bytes, and the most messages.
const LONGEST: u64 = 1 << 16;
const MOST: usize = 32;

/// Whether there are dialogs. Answers within a second.
///
/// # Errors
/// There are none: a clause that says why.
pub fn is_there() -> Result<(), String> {
    // SAFETY: a name that ends with its zero; the library stays loaded, for rfd.
    let libdbus = unsafe { libc::dlopen(c"libdbus-1.so.3".as_ptr(), libc::RTLD_LAZY) };
    if libdbus.is_null() {
        return Err("libdbus-1 is not installed".to_owned());
    }
    has_portal(address(), LIMIT)
}

/// Where the bus of the session is.
fn address() -> Option<String> {
    let told = std::env::var("DBUS_SESSION_BUS_ADDRESS").ok().filter(|told| !told.is_empty());
    told.or_else(|| {
        let usual = PathBuf::from(std::env::var_os("XDG_RUNTIME_DIR")?).join("bus");
        usual.exists().then(|| format!("unix:path={}", usual.display()))
    })
}

fn has_portal(address: Option<String>, limit: Duration) -> Result<(), String> {
    let Some(address) = address else { return Err("the session has no D-Bus".to_owned()) };
    // To connect has no time limit of its own.
    let (send, told) = bounded(1);
    let thread = std::thread::Builder::new().name("portal".to_owned());
    let started = thread.spawn(move || {
        // Nobody listens where it was too late.
        let _ = send.send(asked(&address, limit));
    });
    let why = match (started, told.recv_timeout(limit)) {
        (Err(error), _) => return Err(crate::record::refused::why(&error)),
        (_, Ok(Ok(true))) => return Ok(()),
        (_, Ok(Ok(false))) => "the desktop has no portal for them".to_owned(),
        (_, Ok(Err(error))) => match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => late(limit),
            ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe | ErrorKind::ConnectionReset => {
                "the session's D-Bus hung up".to_owned()
            }
            ErrorKind::InvalidData => format!("the session's D-Bus {error}"),
            _ => format!("the session's D-Bus cannot be reached: {}", crate::export::why(&error)),
        },
        (_, Err(_)) => late(limit),
    };
    Err(why)
}

fn late(limit: Duration) -> String {
    format!("the session's D-Bus gave no answer in {} ms", limit.as_millis())
}

/// Whether there is a portal for files on the bus at an address.
fn asked(address: &str, limit: Duration) -> io::Result<bool> {
    let mut bus = connected(address)?;
    bus.set_read_timeout(Some(limit))?;
    bus.set_write_timeout(Some(limit))?;
    // SAFETY: it only tells a number.
    let user = unsafe { libc::getuid() }.to_string();
    let user: String = user.bytes().map(|digit| format!("{digit:02x}")).collect();
    bus.write_all(format!("\0AUTH EXTERNAL {user}\r\n").as_bytes())?;
    let mut from = BufReader::new(bus.try_clone()?);
    let mut said = Vec::new();
    from.by_ref().take(LONGEST).read_until(b'\n', &mut said)?;
    if said.is_empty() {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    if !said.starts_with(b"OK ") {
        return Err(nonsense("does not let this user in"));
    }
    let mut talk = b"BEGIN\r\n".to_vec();
    let own = "org.freedesktop.DBus";
    talk.extend(call(1, [own, "/org/freedesktop/DBus", own, "Hello"], &[]));
    let portal = ["org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"];
    let get = [portal[0], portal[1], "org.freedesktop.DBus.Properties", "Get"];
    talk.extend(call(2, get, &["org.freedesktop.portal.FileChooser", "version"]));
    bus.write_all(&talk)?;
    Ok(answer(&mut from)? && answer(&mut from)?)
}

fn nonsense(what: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

/// A connection to the first address of a list that is one of a socket.
fn connected(addresses: &str) -> io::Result<UnixStream> {
    let parts = addresses.split(';').filter_map(|one| one.trim().strip_prefix("unix:"));
    for (key, value) in parts.flat_map(|one| one.split(',')).filter_map(|part| part.split_once('='))
    {
        let value = unescaped(value);
        match key {
            "path" => return UnixStream::connect(Path::new(OsStr::from_bytes(&value))),
            #[cfg(target_os = "linux")]
            "abstract" => {
                use std::os::linux::net::SocketAddrExt;
                let name = std::os::unix::net::SocketAddr::from_abstract_name(value)?;
                return UnixStream::connect_addr(&name);
            }
            _ => {}
        }
    }
    Err(nonsense("is of an unknown kind"))
}

/// A value of an address, in which `%2c` is a comma.
fn unescaped(value: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), value.as_bytes());
    while let Some((&first, more)) = rest.split_first() {
        let digits = more.get(..2).filter(|_| first == b'%').and_then(|d| str::from_utf8(d).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(first));
        rest = if byte.is_some() { &more[2..] } else { more };
    }
    bytes
}

/// The bytes of a call: to whom, of which object, of which interface and which of its methods, with texts.
fn call(serial: u32, [to, path, interface, member]: [&str; 4], texts: &[&str]) -> Vec<u8> {
    let mut fields = Vec::new();
    for (code, kind, value) in
        [(1, b'o', path), (2, b's', interface), (3, b's', member), (6, b's', to)]
    {
        pad(&mut fields, 8);
        fields.extend([code, 1, kind, 0]);
        put(&mut fields, value);
    }
    if !texts.is_empty() {
        pad(&mut fields, 8);
        fields.extend([8, 1, b'g', 0, texts.len() as u8]);
        fields.extend(texts.iter().map(|_| b's').chain([0]));
    }
    let mut body = Vec::new();
    texts.iter().for_each(|text| put(&mut body, text));
    let mut bytes = vec![b'l', 1, 0, 1];
    for number in [body.len() as u32, serial, fields.len() as u32] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(fields);
    pad(&mut bytes, 8);
    bytes.extend(body);
    bytes
}

fn put(bytes: &mut Vec<u8>, text: &str) {
    pad(bytes, 4);
    bytes.extend((text.len() as u32).to_le_bytes());
    bytes.extend(text.bytes().chain([0]));
}

fn pad(bytes: &mut Vec<u8>, to: usize) {
    bytes.resize(bytes.len().next_multiple_of(to), 0);
}

/// Whether the next answer is one, and not an error. What is no answer is passed over.
fn answer(bus: &mut impl Read) -> io::Result<bool> {
    for _ in 0..MOST {
        let mut head = [0; 16];
        bus.read_exact(&mut head)?;
        let number = |at: usize| {
            let bytes = [head[at], head[at + 1], head[at + 2], head[at + 3]];
            let is_little = head[0] == b'l';
            u64::from(if is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
        };
        let rest = number(12).next_multiple_of(8) + number(4);
        if rest > LONGEST {
            return Err(nonsense("says what makes no sense"));
        }
        io::copy(&mut bus.by_ref().take(rest), &mut io::sink())?;
        match head[1] {
            2 => return Ok(true),
            3 => return Ok(false),
            _ => {}
        }
    }
    Err(nonsense("says what makes no sense"))
}

#[cfg(test)]
mod tests;
