//! The four ways, each as a channel that is sent to and received from; off the record.

use crate::record::Recorder;
use crate::topics::sharing_data::ways::Way;
use crate::trace::ActorId;
use crate::workers::share::{
    Array, Call, Kept, Manager, Pipe, Proxy, Putter, Queue, Receiver, Semaphore, ShareError, Space,
    Unrecorded,
};
use crate::workers::{Context, Job, Value};
use std::io;
use std::sync::Arc;

/// How many bytes an OS pipe is asked to have room for.
const ROOM: usize = 1 << 20;
/// Messages that shared memory has room for, where they are small.
const PLACES: usize = 64;
/// Cells of one array; a long message takes several.
const CELLS: usize = 1 << 16;

/// Which end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum End {
    Send,
    Receive,
}

/// One end of a way from one process to another.
pub enum Channel {
    Queue(Queue, Option<Putter>),
    Pipe(Pipe, Receiver),
    Memory(Memory),
    Manager(Proxy),
}

/// What is sent: a number, or so many bytes.
pub fn message(bytes: i64) -> Value {
    if bytes == 0 { Value::Int(7) } else { Value::Bytes(vec![7; bytes as usize]) }
}

impl Channel {
    pub fn open(context: &Context, way: i64, handle: i64, end: End) -> Result<Self, ShareError> {
        let space = context.space().map_err(ShareError::Failed)?;
        let way = usize::try_from(way).ok().and_then(|way| Way::ALL.get(way));
        let way = way.ok_or_else(|| ShareError::Failed("there is no such way".to_owned()))?;
        Ok(match way {
            Way::Queue => {
                let queue = Queue::open(space, handle)?;
                let putter = (end == End::Send).then(|| queue.putter(None, "feeder"));
                Self::Queue(queue, putter)
            }
            Way::Pipe => {
                let pipe = Pipe::open(space, handle)?;
                let receiver = pipe.receiver();
                Self::Pipe(pipe, receiver)
            }
            Way::Memory => Self::Memory(Memory::open(space, handle)?),
            Way::Manager => {
                Self::Manager(Manager::open(space, handle)?.proxy(u32::from(end == End::Receive))?)
            }
        })
    }

    pub fn send(&mut self, message: &Value) -> Result<(), ShareError> {
        match self {
            Self::Queue(_, Some(putter)) => putter.put(&Unrecorded, message.clone(), None),
            Self::Queue(_, None) => Err(ShareError::Closed),
            Self::Pipe(pipe, _) => pipe.send(&Unrecorded, message, None),
            Self::Memory(memory) => memory.send(message),
            Self::Manager(proxy) => {
                proxy.call(&Unrecorded, 0, &Call::PutAt(0, message.clone()), None).map(drop)
            }
        }
    }

    pub fn receive(&mut self) -> Result<Value, ShareError> {
        match self {
            Self::Queue(queue, _) => queue.get(&Unrecorded, None),
            Self::Pipe(_, receiver) => receiver.receive(&Unrecorded, None),
            Self::Memory(memory) => memory.receive(),
            // The answer to the call is what comes back.
            Self::Manager(_) => Ok(Value::Nothing),
        }
    }

    /// Everything that was sent is on its way, and nothing more comes.
    pub fn finish(self) -> Result<(), ShareError> {
        match self {
            Self::Queue(_, Some(putter)) => putter.finish(&Unrecorded),
            Self::Manager(mut proxy) => proxy.call(&Unrecorded, 0, &Call::ShutDown, None).map(drop),
            _ => Ok(()),
        }
    }
}

/// Places in shared memory, and two semaphores that count the free and the filled ones.
pub struct Memory {
    arrays: Vec<Array>,
    free: Semaphore,
    filled: Semaphore,
    /// Of small messages: the next place.
    place: usize,
}

impl Memory {
    /// The handle is of an array whose cells are the handles of the others.
    fn open(space: &Arc<Space>, handle: i64) -> Result<Self, ShareError> {
        let handles = Array::open(space, handle)?;
        let of = |cell: usize| handles.read(cell);
        let arrays: Result<Vec<_>, _> =
            (2..handles.len()).map(|cell| Array::open(space, of(cell)?)).collect();
        let (free, filled) = (Semaphore::open(space, of(0)?)?, Semaphore::open(space, of(1)?)?);
        Ok(Self { arrays: arrays?, free, filled, place: 0 })
    }

    fn send(&mut self, message: &Value) -> Result<(), ShareError> {
        self.free.acquire(&Unrecorded, None)?;
        match message {
            Value::Bytes(bytes) => {
                for (part, array) in bytes.chunks(8 * CELLS).zip(&self.arrays) {
                    array.copy_from(part);
                }
            }
            other => {
                let number = other.as_int().unwrap_or(0);
                self.arrays[0].write(&Unrecorded, self.place, number)?;
                self.place = (self.place + 1) % PLACES;
            }
        }
        self.filled.release(&Unrecorded);
        Ok(())
    }

    fn receive(&mut self) -> Result<Value, ShareError> {
        self.filled.acquire(&Unrecorded, None)?;
        let received = match self.arrays[0].len() {
            PLACES => {
                let number = self.arrays[0].read(self.place)?;
                self.place = (self.place + 1) % PLACES;
                Value::Int(number)
            }
            _ => {
                let mut bytes = Vec::with_capacity(8 * CELLS * self.arrays.len());
                self.arrays.iter().for_each(|array| array.read_onto(&mut bytes));
                Value::Bytes(bytes)
            }
        };
        self.free.release(&Unrecorded);
        Ok(received)
    }
}

/// Both channels of a way.
pub enum Both {
    Handles([i64; 2]),
    Manager(Manager),
}

/// Makes a way there and one back, for messages of so many bytes.
pub fn make(space: &Arc<Space>, recorder: &Recorder, way: Way, bytes: usize) -> io::Result<Both> {
    let both =
        |one: &dyn Fn(&str) -> io::Result<i64>| Ok(Both::Handles([one("there")?, one("back")?]));
    match way {
        Way::Queue => {
            both(&|name| Ok(Queue::new(space, recorder, name, None, true, Some(ROOM))?.handle()))
        }
        Way::Pipe => both(&|name| Ok(Pipe::new(space, recorder, name, Some(ROOM))?.handle())),
        Way::Memory => both(&|name| memory(space, recorder, name, bytes)),
        Way::Manager => Manager::new(space, 2).map(Both::Manager),
    }
}

fn memory(space: &Arc<Space>, recorder: &Recorder, name: &str, bytes: usize) -> io::Result<i64> {
    let small = bytes == 0;
    let cells = if small { PLACES } else { CELLS.min(bytes.div_ceil(8)) };
    let arrays = if small { 1 } else { bytes.div_ceil(8 * CELLS) };
    let places = if small { PLACES as u32 } else { 1 };
    let semaphore =
        |what: &str, permits| Semaphore::new(space, recorder, &format!("{what} {name}"), permits);
    let mut handles = vec![semaphore("free", places)?.handle(), semaphore("filled", 0)?.handle()];
    for _ in 0..arrays {
        handles.push(Array::new(space, recorder, name, &vec![0; cells], None)?.handle());
    }
    Ok(Array::new(space, recorder, "handles", &handles, None)?.handle())
}

impl Both {
    /// What processes open them with. `server`: of a manager.
    pub fn handles(&self, recorder: &Recorder, server: ActorId) -> [i64; 2] {
        match self {
            Self::Handles(handles) => *handles,
            Self::Manager(manager) => [manager.kept_by(recorder, "manager", server).handle(); 2],
        }
    }

    /// What a manager's server does.
    pub fn server(&self, recorder: &Recorder, server: ActorId) -> Result<Option<Job>, ShareError> {
        match self {
            Self::Handles(_) => Ok(None),
            Self::Manager(manager) => {
                let kept = [Kept::list(recorder, "list", server, vec![Value::Nothing])];
                manager.unrecorded_job(&kept).map(Some)
            }
        }
    }
}
