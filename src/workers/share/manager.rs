//! A manager: objects in the memory of a process that serves, and proxies of them in others.

mod kept;

pub use kept::Kept;

use super::object::Object;
use super::pipe::{Messages, write_all};
use super::wait::Wait;
use super::{ShareError, Space, Unrecorded, Who, parcel};
use crate::record::{Recorder, refused};
use crate::trace::{ActorId, EventKind, Home, Resource, ResourceId, ResourceKind, WaitEnd, WaitOp};
use crate::workers::{Context, Value};
use kept::State;
use std::io;
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const KIND: u32 = 9;
const SIZE: usize = 16;

/// A server process with objects, and a socket to it for each client. Every call is a message to it and one back, and it does
/// one at a time. As in CPython the server has a thread for each client.
#[derive(Clone, Debug)]
pub struct Manager {
    object: Object,
}

/// What a client can ask for.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// The number of an object, to change it afterwards.
    Get,
    /// Makes an object this number.
    Set(i64),
    /// Adds an item at the end of a list.
    Append(Value),
    /// A copy of the item at this place of a list.
    At(usize),
    /// Puts an item in the place of another one.
    PutAt(usize, Value),
    /// The number of items.
    Len,
    /// The server ends.
    ShutDown,
}

impl Manager {
    /// A new one, for so many clients. It serves once a process [runs](Self::job) it.
    ///
    /// # Errors
    /// The system has no sockets.
    pub fn new(space: &Arc<Space>, clients: usize) -> io::Result<Self> {
        let object = Object::new(space, KIND, SIZE, ResourceId(0))?;
        let mut first = None;
        for _ in 0..clients {
            let (server, client) = UnixStream::pair()?;
            server.set_nonblocking(true)?;
            client.set_nonblocking(true)?;
            let number = space.add(server.into());
            space.add(client.into());
            first.get_or_insert(number);
        }
        object.word(0).store(clients as u32, Ordering::Release);
        object.word(1).store(first.unwrap_or(0), Ordering::Release);
        Ok(Self { object })
    }

    /// The same, known in the trace as kept by this process.
    pub fn kept_by(&self, recorder: &Recorder, name: &str, server: ActorId) -> Self {
        let resource = Resource::new(name, ResourceKind::Manager);
        let resource = resource.at_home(Home::Process(server)).about(server);
        Self { object: self.object.known_as(recorder.resource(resource)) }
    }

    /// The one with this handle.
    ///
    /// # Errors
    /// There is none.
    pub fn open(space: &Arc<Space>, handle: i64) -> Result<Self, ShareError> {
        Ok(Self { object: Object::open(space, KIND, SIZE, handle)? })
    }

    /// The number that stands for it in the argument of a job.
    pub fn handle(&self) -> i64 {
        self.object.handle()
    }

    /// Its id in the trace.
    pub fn id(&self) -> ResourceId {
        self.object.res()
    }

    fn clients(&self) -> u32 {
        self.object.word(0).load(Ordering::Acquire)
    }

    fn socket(&self, client: u32, end: u32) -> Result<Arc<OwnedFd>, ShareError> {
        if client >= self.clients() {
            return Err(ShareError::Failed(format!("the manager has no client {client}")));
        }
        let first = self.object.word(1).load(Ordering::Acquire);
        self.object.space().end(first + 2 * client + end)
    }

    /// The client with this number, which nobody else is.
    ///
    /// # Errors
    /// There is none.
    pub fn proxy(&self, client: u32) -> Result<Proxy, ShareError> {
        let socket = self.socket(client, 1)?;
        Ok(Proxy { manager: self.clone(), socket, messages: Messages::default(), owed: 0 })
    }

    /// What a process does that serves these objects: the job `serve-manager`.
    ///
    /// # Errors
    /// The objects are too long to be sent.
    pub fn job(&self, kept: &[Kept]) -> Result<crate::workers::Job, ShareError> {
        self.job_of(kept, true)
    }

    /// The same, off the record.
    ///
    /// # Errors
    /// As [`Manager::job`].
    pub fn unrecorded_job(&self, kept: &[Kept]) -> Result<crate::workers::Job, ShareError> {
        self.job_of(kept, false)
    }

    fn job_of(&self, kept: &[Kept], records: bool) -> Result<crate::workers::Job, ShareError> {
        let mut bytes = Vec::new();
        parcel::write_whole(&mut bytes, &Value::Int(self.handle()))?;
        parcel::write_whole(&mut bytes, &Value::Int(records.into()))?;
        kept.iter().try_for_each(|kept| kept.write(&mut bytes))?;
        Ok(crate::workers::Job { name: "serve-manager".to_owned(), arg: Value::Bytes(bytes) })
    }
}

/// The server's job.
pub(in crate::workers) fn serve(context: &Context, arg: &Value) -> Result<Value, String> {
    let Value::Bytes(bytes) = arg else {
        return Err(format!("{arg} is nothing to serve"));
    };
    let mut bytes = &bytes[..];
    let handle = parcel::next(&mut bytes)?;
    let handle = handle.as_int().ok_or("there is no manager to serve")?;
    let manager = Manager::open(context.space()?, handle)?;
    let records = parcel::next(&mut bytes)? == Value::Int(1);
    let mut states = Vec::new();
    while !bytes.is_empty() {
        states.push(State::read(&mut bytes)?);
    }
    let serving = Serving { states: Mutex::new(states), ended: AtomicBool::new(false), manager };
    context.scope(|scope| {
        let (mut threads, mut refused) = (Vec::new(), Ok(()));
        for client in 0..serving.manager.clients() {
            let serving = &serving;
            let (name, badge) =
                (format!("server thread {}", client + 1), format!("S{}", client + 1));
            let body = move |context: &Context| match records {
                true => serving.client(context, client),
                false => serving.client(&Unrecorded, client),
            };
            match scope.serve(&name, &badge, body) {
                Ok(thread) => threads.push(thread),
                Err(error) => {
                    // Neither the other threads nor any client is to wait for what nobody serves.
                    serving.hang_up();
                    refused = Err(format!("{name} could not be started: {}", refused::why(&error)));
                    break;
                }
            }
        }
        threads.into_iter().try_for_each(|thread| thread.join(context)).and(refused)
    })?;
    Ok(Value::Nothing)
}

/// A server at work.
struct Serving {
    manager: Manager,
    states: Mutex<Vec<State>>,
    ended: AtomicBool,
}

impl Serving {
    /// Ends all connections: whoever waits at one is told.
    fn hang_up(&self) {
        for client in 0..self.manager.clients() {
            let socket = self.manager.socket(client, 0).ok();
            let socket = socket.and_then(|socket| socket.try_clone().ok()).map(UnixStream::from);
            if let Some(Err(error)) = socket.map(|socket| socket.shutdown(Shutdown::Both)) {
                log::warn!("the connection of client {client} cannot be ended: {error}");
            }
        }
    }

    /// Serves a client until it is gone or the server ends.
    fn client(&self, context: &dyn Who, client: u32) -> Result<(), String> {
        let socket = self.manager.socket(client, 0)?;
        let object = &self.manager.object;
        let mut messages = Messages::default();
        let mut answer = Vec::new();
        loop {
            let res = self.manager.id();
            let op = WaitOp::Task;
            object.tell(context, EventKind::WaitBegan { res, op });
            let heard = self.request(context, &socket, &mut messages);
            object.tell(context, EventKind::WaitEnded { res, how: WaitEnd::Woken });
            let Some((number, call)) = heard? else { return Ok(()) };
            if call == Call::ShutDown {
                self.ended.store(true, Ordering::SeqCst);
            }
            let done = {
                let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
                match states.get_mut(number) {
                    _ if call == Call::ShutDown => Ok(Value::Nothing),
                    Some(state) => state.call(context, call),
                    None => Err(format!("there is no object {number}")),
                }
            };
            answer.clear();
            let (worked, value) = match done {
                Ok(value) => (1, value),
                Err(error) => (0, Value::Text(error)),
            };
            parcel::write_whole(&mut answer, &Value::Int(worked))?;
            parcel::write_whole(&mut answer, &value)?;
            let mut wait = Wait::silent(object, context, WaitOp::Put);
            if let Err(error) = write_all(&socket, &answer, &mut wait) {
                // The client is gone.
                return if error == ShareError::Closed { Ok(()) } else { Err(error.into()) };
            }
        }
    }

    /// The next request of a client; `None`: there is no more.
    fn request(
        &self,
        context: &dyn Who,
        socket: &OwnedFd,
        messages: &mut Messages,
    ) -> Result<Option<(usize, Call)>, ShareError> {
        let mut wait = Wait::silent(&self.manager.object, context, WaitOp::Get);
        let ended = || self.ended.load(Ordering::SeqCst);
        match messages.next(socket, &mut wait, &ended) {
            Ok(head) => {
                let arg = messages.next(socket, &mut wait, &|| false)?;
                Call::read(&head, arg).map(Some)
            }
            Err(ShareError::Closed | ShareError::TimedOut) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Call {
    fn write(&self, object: usize, out: &mut Vec<u8>) -> Result<(), ShareError> {
        let nothing = Value::Nothing;
        let number;
        let (what, place, arg) = match self {
            Self::Get => (0, 0, &nothing),
            Self::Set(value) => {
                number = Value::Int(*value);
                (1, 0, &number)
            }
            Self::Append(value) => (2, 0, value),
            Self::At(place) => (3, *place, &nothing),
            Self::PutAt(place, value) => (4, *place, value),
            Self::Len => (5, 0, &nothing),
            Self::ShutDown => (6, 0, &nothing),
        };
        parcel::write_whole(out, &Value::Ints(vec![object as i64, what, place as i64]))?;
        parcel::write_whole(out, arg)
    }

    fn read(head: &Value, arg: Value) -> Result<(usize, Self), ShareError> {
        let wrong = || ShareError::Corrupt("what was asked for is no call".to_owned());
        let Value::Ints(head) = head else { return Err(wrong()) };
        let [object, what, place] = head[..] else { return Err(wrong()) };
        let number = |number: i64| usize::try_from(number).map_err(|_| wrong());
        let (object, place) = (number(object)?, number(place)?);
        let call = match (what, arg) {
            (0, _) => Self::Get,
            (1, Value::Int(value)) => Self::Set(value),
            (2, value) => Self::Append(value),
            (3, _) => Self::At(place),
            (4, value) => Self::PutAt(place, value),
            (5, _) => Self::Len,
            (6, _) => Self::ShutDown,
            _ => return Err(wrong()),
        };
        Ok((object, call))
    }
}

/// A client's way to the objects of a manager.
#[derive(Debug)]
pub struct Proxy {
    manager: Manager,
    socket: Arc<OwnedFd>,
    messages: Messages,
    /// Answers to come that nobody waits for any more.
    owed: usize,
}

impl Proxy {
    /// Calls an object, by its number among those kept: a message to the server, and one back.
    ///
    /// # Errors
    /// `TimedOut`, `Stopped`, `Closed` where the server is gone, or what the call failed with there.
    pub fn call(
        &mut self,
        who: &dyn Who,
        object: usize,
        call: &Call,
        limit: Option<Duration>,
    ) -> Result<Value, ShareError> {
        let Self { manager, socket, messages, owed } = self;
        let mut wait = Wait::new(&manager.object, who, WaitOp::Result, limit);
        let mut request = Vec::with_capacity(64);
        call.write(object, &mut request)?;
        wait.begin();
        let mut answer = |wait: &mut Wait<'_>| {
            let worked = messages.next(socket, wait, &|| false)?;
            // The server sends both at once.
            let value = wait.unlimited(|wait| messages.next(socket, wait, &|| false))?;
            Ok::<_, ShareError>((worked, value))
        };
        let mut ask = || {
            while *owed > 0 {
                answer(&mut wait)?;
                *owed -= 1;
            }
            write_all(socket, &request, &mut wait)?;
            *owed += 1;
            let answered = answer(&mut wait)?;
            *owed -= 1;
            Ok::<_, ShareError>(answered)
        };
        let answered = ask();
        wait.done();
        let (worked, value) = answered?;
        match (worked.as_int(), value) {
            (Some(1), value) => Ok(value),
            (_, error) => Err(ShareError::Failed(error.to_string())),
        }
    }
}
