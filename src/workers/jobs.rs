//! What workers can be asked to do. Topics bring more: a [`JobDef`] and a line where `cli` starts workers.

use super::Value;
use super::child::Context;
use crate::record::refused;
use std::time::Duration;

/// A job: what it is called and what it does. An `Err` or a panic fails the task, and the worker lives on.
pub type JobDef = (&'static str, fn(&Context, &Value) -> Result<Value, String>);

/// The jobs every worker knows.
pub const ALL: &[JobDef] = &[
    ("square", square),
    ("factorial", factorial),
    ("count-primes", count_primes),
    ("sleep", sleep),
    ("image", image),
    ("pid", |_, _| Ok(Value::Int(i64::from(std::process::id())))),
    ("fail", fail),
    ("zeros", zeros),
    ("panic", |_, arg| panic!("{arg}")),
    ("abort", |_, _| std::process::abort()),
    ("signal", signal),
    ("loop", |_, _| {
        loop {
            std::hint::spin_loop();
        }
    }),
    ("stderr", flood),
    ("exit", |_, arg| std::process::exit(int(arg)? as i32)),
    ("child", grandchild),
    ("serve-manager", super::share::serve_manager),
];

/// Jobs that take microseconds whatever their argument: of these nobody needs to hear before they are done.
pub(super) const SHORT: &[&str] = &["square", "pid", "fail", "exit", "abort"];

fn int(arg: &Value) -> Result<i64, String> {
    arg.as_int().ok_or_else(|| format!("{arg} is not a whole number"))
}

/// The numbers of an argument.
///
/// # Errors
/// There are more or fewer.
pub fn numbers<const N: usize>(arg: &Value) -> Result<[i64; N], String> {
    match arg {
        Value::Ints(numbers) | Value::Labelled(_, numbers) => numbers.as_slice().try_into().ok(),
        _ => None,
    }
    .ok_or_else(|| format!("{arg} does not say what to do"))
}

// What stands between the marks is shown to the user where workers run these jobs.
// listing: begin
fn square(_: &Context, arg: &Value) -> Result<Value, String> {
    let n = int(arg)?; //@ square
    let square = n.checked_mul(n);
    square.map(Value::Int).ok_or_else(|| format!("the square of {n} does not fit in 64 bits"))
}

/// The primes below `arg`, by trial division: the work is the point.
fn count_primes(_: &Context, arg: &Value) -> Result<Value, String> {
    let prime = |n: &i64| {
        let divisors = (2..).take_while(|d| d * d <= *n);
        *n >= 2 && !divisors.into_iter().any(|d| n % d == 0)
    };
    let count = (2..int(arg)?).filter(prime).count(); //@ count-primes
    Ok(Value::Int(count as i64))
}

/// Blurs a square grey picture generated from a seed (`[side, seed]`), and answers with a checksum of it.
pub(crate) fn image(_: &Context, arg: &Value) -> Result<Value, String> {
    let (Value::Ints(given) | Value::Labelled(_, given)) = arg else {
        return Err(format!("{arg} is not a side and a seed"));
    };
    let [side, seed] = given[..] else {
        return Err(format!("{arg} is not a side and a seed"));
    };
    let side = usize::try_from(side).ok().filter(|s| (3..=4096).contains(s));
    let side = side.ok_or_else(|| format!("{arg}: the side of a picture is 3 to 4096"))?;
    let mut random = fastrand::Rng::with_seed(seed as u64); //@ image
    let picture: Vec<u8> = std::iter::repeat_with(|| random.u8(..)).take(side * side).collect();
    let mut sum = 0_i64;
    for y in 1..side - 1 {
        for x in 1..side - 1 {
            let rows = (y - 1..=y + 1).map(|row| &picture[row * side + x - 1..row * side + x + 2]);
            let light: u32 = rows.flatten().map(|&p| u32::from(p)).sum();
            sum = sum.wrapping_mul(31).wrapping_add(i64::from(light / 9)) & 0xffff_ffff;
        }
    }
    Ok(Value::Int(sum))
}
// listing: end

/// As a number up to 20!, beyond as its decimal digits.
fn factorial(_: &Context, arg: &Value) -> Result<Value, String> {
    const BASE: u64 = 1_000_000_000;
    let n = u32::try_from(int(arg)?).map_err(|_| format!("{arg} has no factorial"))?;
    if n <= 20 {
        return Ok(Value::Int((1..=i64::from(n)).product()));
    }
    let mut limbs = vec![1_u32];
    for factor in 2..=u64::from(n) {
        let mut carry = 0_u64;
        for limb in &mut limbs {
            let product = u64::from(*limb) * factor + carry;
            *limb = (product % BASE) as u32;
            carry = product / BASE;
        }
        while carry > 0 {
            limbs.push((carry % BASE) as u32);
            carry /= BASE;
        }
    }
    let mut digits = limbs.last().map(u32::to_string).unwrap_or_default();
    for limb in limbs.iter().rev().skip(1) {
        digits.push_str(&format!("{limb:09}"));
    }
    Ok(Value::Text(digits))
}

/// Sleeps `arg` milliseconds and answers with the PID.
fn sleep(context: &Context, arg: &Value) -> Result<Value, String> {
    let millis = u64::try_from(int(arg)?).map_err(|_| format!("{arg} ms is no time to sleep"))?;
    context.sleep(Duration::from_millis(millis));
    Ok(Value::Int(i64::from(std::process::id())))
}

/// Fails, and says `arg`, however long it is.
fn fail(_: &Context, arg: &Value) -> Result<Value, String> {
    Err(arg.as_text().map_or_else(|| arg.to_string(), str::to_owned))
}

/// `arg` bytes, all zero.
fn zeros(_: &Context, arg: &Value) -> Result<Value, String> {
    let count = usize::try_from(int(arg)?).map_err(|_| format!("{arg} bytes cannot be made"))?;
    Ok(Value::Bytes(vec![0; count]))
}

/// Sends the worker signal number `arg`.
pub(crate) fn signal(_: &Context, arg: &Value) -> Result<Value, String> {
    super::sys::raise(int(arg)? as i32);
    Ok(Value::Nothing)
}

/// Writes `arg` bytes to standard error, in lines.
fn flood(_: &Context, arg: &Value) -> Result<Value, String> {
    use std::io::Write;
    let total = usize::try_from(int(arg)?).map_err(|_| format!("{arg} bytes cannot be written"))?;
    let line = [&[b'x'; 79][..], b"\n"].concat();
    let block = line.repeat(100);
    let mut stderr = std::io::stderr().lock();
    let mut left = total;
    while left > 0 {
        let part = &block[..left.min(block.len())];
        stderr.write_all(part).map_err(|e| refused::why(&e))?;
        left -= part.len();
    }
    Ok(Value::Int(total as i64))
}

/// Starts a process that sleeps for `arg` seconds, leaves it running, and answers with its PID.
fn grandchild(_: &Context, arg: &Value) -> Result<Value, String> {
    let mut sleep = std::process::Command::new("sleep");
    sleep.arg(int(arg)?.to_string());
    sleep.stdin(std::process::Stdio::null());
    let child = sleep.spawn().map_err(|e| refused::why(&e))?;
    Ok(Value::Int(i64::from(child.id())))
}
