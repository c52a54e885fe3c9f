//! Small programs of processes that share things: for tests and measurements. Arguments are whole numbers, of which the first
//! ones are handles.

use super::{
    Array, Call, Condition, Event, Lock, Manager, Pipe, Queue, Semaphore, ShareError, SharedValue,
    Unrecorded, Who,
};
use crate::trace::ResourceId;
use crate::workers::jobs::{JobDef, numbers};
use crate::workers::{Context, Value};
use std::time::{Duration, Instant};

/// All of them.
pub const JOBS: &[JobDef] = &[
    ("share-count", count),
    ("share-count-cell", count_cell),
    ("share-permits", permits),
    ("share-put", put),
    ("share-get", get),
    ("share-send", send),
    ("share-receive", receive),
    ("share-echo", echo),
    ("share-await", await_event),
    ("share-take-turns", take_turns),
    ("share-call", call),
    ("share-hold", hold),
    ("share-forward", forward),
    ("share-rate-put", rate_put),
    ("share-rate-send", rate_send),
    ("share-rate-count", rate_count),
    ("share-rate-call", rate_call),
];

/// `[lock or 0, value, times]`: adds one to the value so often, with the lock or without.
fn count(context: &Context, arg: &Value) -> Result<Value, String> {
    let [lock, value, times] = numbers(arg)?;
    let value = SharedValue::open(context.space()?, value)?;
    let lock = (lock != 0).then(|| Lock::open(context.space()?, lock).map_err(String::from));
    let lock = lock.transpose()?;
    let mut inherited = 0;
    for _ in 0..times {
        let guard = lock.as_ref().map(|lock| lock.acquire(context, None)).transpose()?;
        inherited += i64::from(guard.as_ref().is_some_and(|g| g.from_the_dead().is_some()));
        let old = value.read(context);
        if guard.is_none() {
            std::thread::yield_now();
        }
        value.write(context, old + 1);
    }
    Ok(Value::Int(inherited))
}

/// `[lock, array, cell, times]`: adds one to a cell so often.
fn count_cell(context: &Context, arg: &Value) -> Result<Value, String> {
    let [lock, array, cell, times] = numbers(arg)?;
    let (lock, cell) = (Lock::open(context.space()?, lock)?, cell as usize);
    let array = Array::open(context.space()?, array)?;
    for _ in 0..times {
        let _guard = lock.acquire(context, None)?;
        array.write(context, cell, array.read(cell)? + 1)?;
    }
    Ok(Value::Nothing)
}

/// `[semaphore, times, nanoseconds]`: takes a permit so often, and keeps it for so long.
fn permits(context: &Context, arg: &Value) -> Result<Value, String> {
    let [semaphore, times, nanos] = numbers(arg)?;
    let semaphore = Semaphore::open(context.space()?, semaphore)?;
    for _ in 0..times {
        semaphore.acquire(context, None)?;
        std::thread::sleep(Duration::from_nanos(nanos.unsigned_abs()));
        semaphore.release(context);
    }
    Ok(Value::Nothing)
}

/// `[queue, buffer, first, count, bytes]`: puts so many numbers from `first` on, or so many messages of that many bytes.
fn put(context: &Context, arg: &Value) -> Result<Value, String> {
    let [queue, buffer, first, count, bytes] = numbers(arg)?;
    let queue = Queue::open(context.space()?, queue)?;
    let mut putter = queue.putter(Some(ResourceId(buffer as u16)), "feeder");
    for number in first..first + count {
        let item = match bytes {
            0 => Value::Int(number),
            bytes => Value::Bytes(vec![number as u8; bytes as usize]),
        };
        putter.put(context, item, None)?;
    }
    putter.finish(context)?;
    Ok(Value::Nothing)
}

/// `[queue]`: gets until there is a `None`, and answers with the numbers.
fn get(context: &Context, arg: &Value) -> Result<Value, String> {
    let [queue] = numbers(arg)?;
    let queue = Queue::open(context.space()?, queue)?;
    let mut got = Vec::new();
    loop {
        match queue.get(context, None)? {
            Value::Int(number) => got.push(number),
            Value::Bytes(bytes) => got.push(bytes.len() as i64),
            _ => return Ok(Value::Ints(got)),
        }
    }
}

/// `[pipe, first, count]`: sends so many numbers from `first` on, then `None`.
fn send(context: &Context, arg: &Value) -> Result<Value, String> {
    let [pipe, first, count] = numbers(arg)?;
    let pipe = Pipe::open(context.space()?, pipe)?;
    for number in first..first + count {
        pipe.send(context, &Value::Int(number), None)?;
    }
    pipe.send(context, &Value::Nothing, None)?;
    Ok(Value::Nothing)
}

/// `[pipe, alone]`: receives until there is a `None`, or something corrupt, and answers with the numbers. Not `alone`: in two
/// steps, as CPython.
fn receive(context: &Context, arg: &Value) -> Result<Value, String> {
    let [pipe, alone] = numbers(arg)?;
    let pipe = Pipe::open(context.space()?, pipe)?;
    let mut receiver = pipe.receiver();
    let mut got = Vec::new();
    loop {
        let received = match alone {
            0 => pipe.receive(context, None, &std::thread::yield_now),
            _ => receiver.receive(context, None),
        };
        match received? {
            Value::Int(number) => got.push(number),
            Value::Bytes(bytes) => got.push(bytes.len() as i64),
            _ => return Ok(Value::Ints(got)),
        }
    }
}

/// `[pipe, pipe back]`: sends back what it receives, until there is a `None`; off the record.
fn echo(context: &Context, arg: &Value) -> Result<Value, String> {
    let [there, back] = numbers(arg)?;
    let back = Pipe::open(context.space()?, back)?;
    let mut receiver = Pipe::open(context.space()?, there)?.receiver();
    loop {
        let received = receiver.receive(&Unrecorded, None)?;
        back.send(&Unrecorded, &received, None)?;
        if received == Value::Nothing {
            return Ok(Value::Nothing);
        }
    }
}

/// `[event]`: waits for it.
fn await_event(context: &Context, arg: &Value) -> Result<Value, String> {
    let [event] = numbers(arg)?;
    Event::open(context.space()?, event)?.wait(context, None)?;
    Ok(Value::Nothing)
}

/// `[lock, condition, value, my turn, of how many, rounds]`: adds one to the value so often, each time when it is its turn.
fn take_turns(context: &Context, arg: &Value) -> Result<Value, String> {
    let [lock, condition, value, mine, of, rounds] = numbers(arg)?;
    let space = context.space()?;
    let (lock, condition) = (Lock::open(space, lock)?, Condition::open(space, condition)?);
    let value = SharedValue::open(space, value)?;
    for _ in 0..rounds {
        let mut guard = lock.acquire(context, None)?;
        while value.look(context).rem_euclid(of) != mine {
            (guard, _) = condition.wait(guard, None)?;
        }
        let turn = value.read(context);
        value.write(context, turn + 1);
        condition.notify_all(&guard);
    }
    Ok(Value::Nothing)
}

/// `[manager, client, times]`: adds one to object 0 so often by two calls each, and appends to object 1.
fn call(context: &Context, arg: &Value) -> Result<Value, String> {
    let [manager, client, times] = numbers(arg)?;
    let manager = Manager::open(context.space()?, manager)?;
    let mut proxy = manager.proxy(client as u32)?;
    for turn in 0..times {
        let old = proxy.call(context, 0, &Call::Get, None)?.as_int().unwrap_or(0);
        proxy.call(context, 0, &Call::Set(old + 1), None)?;
        proxy.call(context, 1, &Call::Append(Value::Int(turn)), None)?;
    }
    Ok(Value::Nothing)
}

/// `[lock]`: takes it and keeps it until it is killed.
fn hold(context: &Context, arg: &Value) -> Result<Value, String> {
    let [lock] = numbers(arg)?;
    let lock = Lock::open(context.space()?, lock)?;
    let _guard = lock.acquire(context, None)?;
    context.flush();
    loop {
        std::thread::sleep(Duration::from_secs(1));
    }
}

/// `[queue, queue back]`: puts back what it gets, until that is `None`; off the record.
fn forward(context: &Context, arg: &Value) -> Result<Value, String> {
    let [there, back] = numbers(arg)?;
    let there = Queue::open(context.space()?, there)?;
    let mut putter = Queue::open(context.space()?, back)?.putter(None, "feeder");
    loop {
        let item = there.get(&Unrecorded, None)?;
        putter.put(&Unrecorded, item.clone(), None)?;
        if item == Value::Nothing {
            putter.finish(&Unrecorded)?;
            return Ok(Value::Nothing);
        }
    }
}

fn payload(bytes: i64, number: i64) -> Value {
    if bytes == 0 { Value::Int(number) } else { Value::Bytes(vec![0; bytes as usize]) }
}

/// `[queue, count, bytes]`: puts so many numbers, or messages of so many bytes, then `None`; off the record.
fn rate_put(context: &Context, arg: &Value) -> Result<Value, String> {
    let [queue, count, bytes] = numbers(arg)?;
    let mut putter = Queue::open(context.space()?, queue)?.putter(None, "feeder");
    let value = payload(bytes, 7);
    for _ in 0..count {
        putter.put(&Unrecorded, value.clone(), None)?;
    }
    putter.put(&Unrecorded, Value::Nothing, None)?;
    putter.finish(&Unrecorded)?;
    Ok(Value::Nothing)
}

/// `[pipe, count, bytes]`: as `share-rate-put`, through a pipe.
fn rate_send(context: &Context, arg: &Value) -> Result<Value, String> {
    let [pipe, count, bytes] = numbers(arg)?;
    let pipe = Pipe::open(context.space()?, pipe)?;
    let value = payload(bytes, 7);
    for _ in 0..count {
        pipe.send(&Unrecorded, &value, None)?;
    }
    pipe.send(&Unrecorded, &Value::Nothing, None)?;
    Ok(Value::Nothing)
}

/// `[lock, value, times, semaphore, event]`: says by the semaphore that it is there, waits for the event, and adds one so often
/// under the lock, off the record; the nanoseconds that took, and how often somebody else had added since its last time.
fn rate_count(context: &Context, arg: &Value) -> Result<Value, String> {
    let [lock, value, times, there, go] = numbers(arg)?;
    let lock = Lock::open(context.space()?, lock)?;
    let value = SharedValue::open(context.space()?, value)?;
    let go = Event::open(context.space()?, go)?;
    Semaphore::open(context.space()?, there)?.release(&Unrecorded);
    go.wait(&Unrecorded, None)?;
    let (mut last, mut turns) = (value.peek(), 0);
    let took = timed(|| {
        for _ in 0..times {
            let _guard = lock.acquire(&Unrecorded, None)?;
            let old = value.peek();
            turns += i64::from(old != last);
            last = old + 1;
            value.write(&Unrecorded, last);
        }
        Ok(())
    })?;
    Ok(Value::Ints(vec![took.as_int().unwrap_or(0), turns]))
}

/// `[manager, client, times]`: gets object 0 so often, off the record; the nanoseconds it took.
fn rate_call(context: &Context, arg: &Value) -> Result<Value, String> {
    let [manager, client, times] = numbers(arg)?;
    let mut proxy = Manager::open(context.space()?, manager)?.proxy(client as u32)?;
    timed(|| {
        for _ in 0..times {
            proxy.call(&Unrecorded as &dyn Who, 0, &Call::Get, None)?;
        }
        Ok(())
    })
}

fn timed(work: impl FnOnce() -> Result<(), ShareError>) -> Result<Value, String> {
    let began = Instant::now();
    work()?;
    Ok(Value::Int(began.elapsed().as_nanos() as i64))
}
