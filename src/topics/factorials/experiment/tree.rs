//! One number, as a tree of products.

use super::*;
use crate::record::sync::{AsCompleted, AsItem, Future};
use crate::replay::words::{count, grouped};
use crate::topics::factorials::work::transform::{self, Roots, Spectrum};
use crate::topics::factorials::work::{Power, odd_bits, product_of_powers, shares, twos};
use std::collections::HashMap;
use std::sync::Arc;

/// What a task has made, with what is shown for it.
type Made = (Item, Value);

enum Value {
    Roots(Roots),
    Shares(Vec<Vec<Power>>),
    Product(BigUint),
    Spectrum(Spectrum),
}

/// A product, and how many multiplications of pairs it is above the parts.
struct Single {
    level: u32,
    task: TaskId,
    product: BigUint,
}

/// Two numbers that are multiplied by tasks: what it is called, how high the product stands, and the transform of one of
/// them, where that is there.
struct Pair {
    name: String,
    level: u32,
    first: Option<Spectrum>,
}

/// Products of fewer bits are left to num-bigint, which multiplies them as fast.
const HUGE: u64 = 150_000;

// listing: begin
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    let log = lab.main;
    log.at("main.start"); //-
    let pool = ThreadPool::start(log, "pool", plan.threads, None)?; //@ main.start
    let mut tree = Tree {
        log,
        pool: &pool,
        open: AsCompleted::new(log),
        roots: None,
        singles: Vec::new(),
        pairs: HashMap::new(),
        all: Vec::new(),
        next: 0,
    };
    let done = tree.product(plan.n, plan.parts).and_then(|odd| {
        let product = odd << twos(plan.n);
        let decimal = tree.submit("to decimal", "task.decimal", move |log| Ok(exact(log, product))); //@ task.decimal
        log.at("main.digits"); //-
        decimal.result(log) //@ main.digits
    });
    pool.shutdown(log)?;
    let (digits, _) = done?;
    log.at("main.end"); //-
    say(log, plan.n, digits); //@ main.end
    Ok(())
}

/// No task waits for another one: main hands in what can be done with the results that are there.
struct Tree<'a> {
    log: &'a Log,
    pool: &'a ThreadPool,
    open: AsCompleted<'a, Made>,
    /// What transforms need, as soon as it is there.
    roots: Option<Arc<Roots>>,
    singles: Vec<Single>,
    /// By the task that makes the product, or a transform for it.
    pairs: HashMap<TaskId, usize>,
    all: Vec<Pair>,
    next: usize,
}

impl Tree<'_> {
    fn product(&mut self, n: u64, parts: usize) -> Result<BigUint, Failure> {
        let primes = move |log: &Log| {
            let about = text(log, &format!("for {}", count(parts, "part")));
            Ok((about, Value::Shares(shares(n, parts)))) //@ task.primes
        };
        self.hand_in("primes", "task.primes", primes);
        let bits = odd_bits(n);
        if bits > HUGE {
            let roots =
                move |log: &Log| Ok((text(log, "for transforms"), Value::Roots(Roots::new(bits))));
            self.hand_in("roots of 1", "task.multiply", roots);
        }
        loop {
            self.log.at("main.result"); //-
            let Some((task, result)) = self.open.next_done()? else { break }; //@ main.result
            let pair = self.pairs.remove(&task);
            match (result?.1, pair) {
                (Value::Roots(roots), _) => self.roots = Some(Arc::new(roots)),
                (Value::Shares(shares), _) => self.split(shares),
                (Value::Product(product), pair) => {
                    let level = pair.map_or(0, |pair| self.all[pair].level);
                    self.singles.push(Single { level, task, product });
                    self.pair_up();
                }
                (Value::Spectrum(second), Some(pair)) => match self.all[pair].first.take() {
                    None => self.all[pair].first = Some(second),
                    Some(first) => {
                        let name = self.all[pair].name.clone();
                        let back =
                            move |log: &Log| Ok(made(log, transform::product(first, &second)));
                        self.of_pair(pair, &name, back);
                    }
                },
                (Value::Spectrum(_), None) => {}
            }
        }
        let whole = self.singles.pop();
        Ok(whole.map_or_else(|| BigUint::from(1_u8), |single| single.product))
    }

    fn split(&mut self, shares: Vec<Vec<Power>>) {
        self.log.at("main.split"); //-
        for (k, share) in shares.into_iter().enumerate() {
            let part = move |log: &Log| Ok(made(log, product_of_powers(&share))); //@ task.part
            self.hand_in(&format!("part {}", k + 1), "task.part", part); //@ main.split
        }
    }

    /// Two numbers of like size are multiplied; at the end, those that are left.
    fn pair_up(&mut self) {
        let Some(newest) = self.singles.pop() else { return };
        let alone = self.open.is_empty();
        let partner = self.singles.iter().position(|other| alone || other.level == newest.level);
        let Some(partner) = partner else { return self.singles.push(newest) };
        let other = self.singles.remove(partner);
        let name = format!("{} × {}", other.task.0, newest.task.0);
        let level = other.level.max(newest.level) + 1;
        self.all.push(Pair { name: name.clone(), level, first: None });
        self.multiply(self.all.len() - 1, &name, other.product, newest.product);
    }

    /// Two numbers are multiplied by a task; two huge ones are first transformed, by a task each.
    fn multiply(&mut self, pair: usize, name: &str, left: BigUint, right: BigUint) {
        self.log.at("main.pair"); //-
        let bits = left.bits() + right.bits();
        let roots = self.roots.as_ref().filter(|_| bits > HUGE);
        let Some((roots, length)) = roots.and_then(|roots| Some((roots, roots.length(bits)?)))
        else {
            let multiply = move |log: &Log| Ok(made(log, left * right)); //@ task.multiply
            return self.of_pair(pair, name, multiply); //@ main.pair
        };
        let roots = Arc::clone(roots);
        for number in [left, right] {
            let roots = Arc::clone(&roots);
            let transformed = move |log: &Log| {
                let spectrum = transform::forward(&roots, &number, length);
                Ok((text(log, "transformed"), Value::Spectrum(spectrum)))
            };
            self.of_pair(pair, &format!("for {name}"), transformed);
        }
    }
}
// listing: end

impl Tree<'_> {
    fn of_pair(
        &mut self,
        pair: usize,
        about: &str,
        run: impl FnOnce(&Log) -> Result<Made, Failure> + Send + 'static,
    ) {
        self.pairs.insert(TaskId::from_index(self.next), pair);
        self.hand_in(about, "task.multiply", run);
    }

    fn hand_in(
        &mut self,
        about: &str,
        at: &'static str,
        run: impl FnOnce(&Log) -> Result<Made, Failure> + Send + 'static,
    ) {
        let future = self.submit(about, at, run);
        self.open.add(future);
    }
    /// Hands in the next task, which is at `at` of the program shown.
    fn submit<T: AsItem + Send + 'static>(
        &mut self,
        about: &str,
        at: &'static str,
        run: impl FnOnce(&Log) -> Result<T, Failure> + Send + 'static,
    ) -> Future<T> {
        let task = TaskId::from_index(self.next);
        self.next += 1;
        self.pool.submit(self.log, task, text(self.log, about), move |log| {
            log.at(at);
            run(log)
        })
    }
}

/// A product, too large to be shown but by its size.
fn made(log: &Log, product: BigUint) -> Made {
    (text(log, &format!("{} bits", grouped(product.bits()))), Value::Product(product))
}
