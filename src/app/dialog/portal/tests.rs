//! Buses that answer well, badly, late and never, and a portal that is opened, answers and ends.
#![allow(clippy::unwrap_used)]

use super::*;
use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

/// Long enough for a machine that is busy, short enough for what never answers.
const PATIENCE: Duration = Duration::from_millis(400);
const LONG: Duration = Duration::from_secs(60);

fn request(kind: Kind) -> Request {
    let (title, name) = ("Save the run", "one.clab".to_owned());
    Request { kind, title, files: Some(("Runs", &["clab", "gz"])), folder: "/tmp".into(), name }
}

/// What is said of a bus at an address.
fn said(address: &str, limit: Duration) -> String {
    match answer(Builder::address(address), limit, None, request(Kind::Save)) {
        Answer::Failed(why) => why,
        other => panic!("{other:?}"),
    }
}

/// What is said of a bus that does this with whoever comes.
fn said_of(serve: impl FnOnce(UnixStream) + Send + 'static, limit: Duration) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bus");
    let listener = UnixListener::bind(&path).unwrap();
    let server = std::thread::spawn(move || serve(listener.accept().unwrap().0));
    let said = said(&format!("unix:path={}", path.display()), limit);
    // Should nobody have come by now.
    let _ = UnixStream::connect(&path);
    server.join().unwrap();
    said
}

/// Reads until whoever came is gone.
fn is_silent(mut stream: UnixStream) {
    let _ = io::copy(&mut stream, &mut io::sink());
}

#[test]
fn each_way_to_have_no_bus_is_said() {
    let refused = |mut stream: UnixStream| {
        // Whatever it offers.
        let mut from = BufReader::new(stream.try_clone().unwrap());
        while from.read_line(&mut String::new()).is_ok_and(|read| read > 0) {
            let _ = stream.write_all(b"REJECTED\r\n");
        }
    };
    assert_eq!(said_of(refused, LONG), "the session's D-Bus does not let this user in");
    assert_eq!(said_of(drop, LONG), "the session's D-Bus hung up");
    assert_eq!(said("unix:path=/nowhere/bus", LONG), "the session has no D-Bus");
    assert_eq!(said("no address", LONG), "the session's D-Bus is of an unknown kind");
}

#[test]
fn a_bus_that_does_not_answer_is_not_waited_for() {
    let before = Instant::now();
    assert_eq!(said_of(is_silent, PATIENCE), "the session's D-Bus gave no answer in 400 ms");
    assert!(before.elapsed() >= PATIENCE);
}

#[test]
fn an_address_of_a_file_is_a_path() {
    assert_eq!(path("file:///tmp/with%20space/%C3%A4"), Some("/tmp/with space/ä".into()));
    let odd = path("file:///tmp/%FF").unwrap().into_os_string().into_vec();
    assert_eq!(odd, b"/tmp/\xff");
    assert_eq!((path("https://a.org/b"), path("file://host/b"), path("b")), (None, None, None));
}

/// A bus of the test's own.
struct Bus(Child, String);

impl Bus {
    /// None where this machine cannot have one, which is said.
    fn new() -> Option<Self> {
        let arguments = ["--session", "--nofork", "--nopidfile", "--print-address=1"];
        let mut command = Command::new("dbus-daemon");
        let Ok(mut child) = command.args(arguments).stdout(Stdio::piped()).spawn() else {
            eprintln!("skipped: no dbus-daemon here");
            return None;
        };
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut bus = Self(child, String::new());
        let (tell, told) = channel();
        std::thread::spawn(move || {
            let mut address = String::new();
            tell.send(output.read_line(&mut address).map(|_| address))
        });
        bus.1 = told.recv_timeout(LONG).unwrap().unwrap().trim().to_owned();
        Some(bus)
    }

    fn builder(&self) -> Builder<'static> {
        Builder::address(&*self.1).unwrap()
    }

    fn end(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    fn asks(&self, kind: Kind) -> Answer {
        answer(Ok(self.builder()), LONG, Some(WindowIdentifier::from_xid(31)), request(kind))
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = (self.0.kill(), self.0.wait());
    }
}

/// What a portal is asked for: the window, the method, the title, the options.
type Asked = (String, &'static str, String, HashMap<String, OwnedValue>);

/// A portal that answers each dialog with the same.
struct Portal {
    asked: Sender<Asked>,
    /// None leaves the dialog open.
    answer: Option<(u32, Vec<&'static str>)>,
}

impl Portal {
    async fn dialog(
        &self,
        caller: zbus::message::Header<'_>,
        bus: &Connection,
        asked: Asked,
    ) -> OwnedObjectPath {
        let name = caller.sender().unwrap().trim_start_matches(':').replace('.', "_");
        let token = String::try_from(asked.3["handle_token"].clone()).unwrap();
        let path = format!("/org/freedesktop/portal/desktop/request/{name}/{token}");
        self.asked.send(asked).unwrap();
        if let Some((code, files)) = &self.answer {
            let results = HashMap::from([("uris", Value::from(files.clone()))]);
            let (of, what) = ("org.freedesktop.portal.Request", (code, results));
            bus.emit_signal(None::<&str>, &*path, of, "Response", &what).await.unwrap();
        }
        path.try_into().unwrap()
    }
}

#[zbus::interface(name = "org.freedesktop.portal.FileChooser")]
impl Portal {
    #[zbus(property, name = "version")]
    fn version(&self) -> u32 {
        4
    }

    async fn open_file(
        &self,
        #[zbus(header)] caller: zbus::message::Header<'_>,
        #[zbus(connection)] bus: &Connection,
        window: String,
        title: String,
        options: HashMap<String, OwnedValue>,
    ) -> OwnedObjectPath {
        self.dialog(caller, bus, (window, "open", title, options)).await
    }

    async fn save_file(
        &self,
        #[zbus(header)] caller: zbus::message::Header<'_>,
        #[zbus(connection)] bus: &Connection,
        window: String,
        title: String,
        options: HashMap<String, OwnedValue>,
    ) -> OwnedObjectPath {
        self.dialog(caller, bus, (window, "save", title, options)).await
    }
}

/// Has a portal on a bus until what is given is dropped.
fn portal(
    bus: &Bus,
    asked: &Sender<Asked>,
    answer: Option<(u32, Vec<&'static str>)>,
) -> Connection {
    let portal = Portal { asked: asked.clone(), answer };
    let served = bus.builder().serve_at("/org/freedesktop/portal/desktop", portal).unwrap();
    let named = served.name("org.freedesktop.portal.Desktop").unwrap();
    wait(named.build(), None).unwrap().unwrap()
}

#[test]
fn what_is_chosen_is_told_and_each_way_to_choose_nothing() {
    let Some(bus) = Bus::new() else { return };
    let none = Answer::Failed("the desktop has no portal for them".to_owned());
    assert_eq!(bus.asks(Kind::Save), none);
    let (send, asked) = channel();

    let is_there = portal(&bus, &send, Some((0, vec!["file:///tmp/a%20b.clab"])));
    let chosen = Answer::Chosen("/tmp/a b.clab".into());
    assert_eq!(bus.asks(Kind::Save), chosen, "one that was not there is asked for again");
    let (window, method, title, options) = asked.recv_timeout(LONG).unwrap();
    assert_eq!((&*window, method, &*title), ("x11:1f", "save", "Save the run"));
    let said = |key: &str| format!("{:?}", options.get(key));
    assert!(said("current_name").contains("one.clab"), "{options:?}");
    assert!(said("filters").contains("*.gz") && !said("filters").contains("All"), "{options:?}");
    assert_eq!(bus.asks(Kind::Open), chosen);
    let (_, method, _, options) = asked.recv_timeout(LONG).unwrap();
    assert_eq!(method, "open");
    assert!(format!("{:?}", options["filters"]).contains("All files"), "{options:?}");
    assert_eq!(bus.asks(Kind::Folder), chosen);
    let (_, method, _, options) = asked.recv_timeout(LONG).unwrap();
    assert_eq!((method, bool::try_from(&options["directory"])), ("open", Ok(true)));
    drop(is_there);

    let failed = |why: &str| Answer::Failed(why.to_owned());
    for (code, files, told) in [
        (1, vec![], Answer::Cancelled),
        (2, vec![], failed("the desktop's portal could not open one")),
        (0, vec![], failed("what was chosen is no file of this machine")),
        (0, vec!["sftp://far/away"], failed("what was chosen is no file of this machine")),
    ] {
        let is_there = portal(&bus, &send, Some((code, files)));
        assert_eq!(bus.asks(Kind::Save), told);
        drop(is_there);
    }
}

/// The bus or the portal ends while a dialog is open: that is an answer, and this program goes on.
#[test]
fn whatever_ends_while_a_dialog_is_open_is_an_answer() {
    for ends_bus in [true, false] {
        let Some(mut bus) = Bus::new() else { return };
        let (send, asked) = channel();
        let mut is_there = Some(portal(&bus, &send, None));
        let (tell, told) = channel();
        let builder = bus.builder();
        std::thread::spawn(move || tell.send(answer(Ok(builder), LONG, None, request(Kind::Save))));
        asked.recv_timeout(LONG).unwrap();
        match ends_bus {
            true => bus.end(),
            false => drop(is_there.take()),
        }
        let gone = Answer::Failed("the desktop's portal went away".to_owned());
        assert_eq!(told.recv_timeout(LONG), Ok(gone), "the bus: {ends_bus}");
    }
}
