//! One number, as a tree of products.

use super::*;
use crate::record::sync::{AsCompleted, AsItem, Future};
use crate::replay::words::{count, grouped};
use crate::topics::convolution::{self, Roots, Spectrum};
use crate::topics::factorials::work::{Power, odd_bits, product_of_powers, shares, twos};
use std::sync::Arc;

/// What a task has made, with what is shown for it.
type Made = (Item, Value);

enum Value {
    Roots(Roots),
    Shares(Vec<Vec<Power>>),
    /// Of so many multiplications of pairs, one above the other.
    Product(u32, BigUint),
    /// Of one number of this pair.
    Spectrum(Pair, Spectrum),
}

/// A product, and how many multiplications of pairs it is above the parts.
struct Single {
    level: u32,
    task: TaskId,
    product: BigUint,
}

/// Two numbers that are multiplied, by the tasks that made them, and how high the product stands.
#[derive(Clone, Copy, PartialEq)]
struct Pair {
    of: [TaskId; 2],
    level: u32,
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
        halves: Vec::new(),
        next: 0,
    };
    let done = tree.product(plan.n, plan.parts).and_then(|odd| {
        let product = odd << twos(plan.n);
        let decimal = tree.submit("to decimal", "task.decimal", move |log| Ok(exact(log, product))); //@ task.decimal
        log.at("main.digits"); //-
        decimal.result(log) //@ main.digits
    });
    log.at("main.leave"); //-
    pool.shutdown(log)?; //@ main.leave
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
    /// Transforms whose other one is not there yet.
    halves: Vec<(Pair, Spectrum)>,
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
            match result?.1 {
                Value::Roots(roots) => self.roots = Some(Arc::new(roots)),
                Value::Shares(shares) => self.split(shares),
                Value::Product(level, product) => {
                    self.singles.push(Single { level, task, product });
                    self.pair_up();
                }
                Value::Spectrum(pair, second) => {
                    match self.halves.iter().position(|half| half.0 == pair) {
                        None => self.halves.push((pair, second)),
                        Some(first) => {
                            let (_, first) = self.halves.swap_remove(first);
                            let back = move |log: &Log| {
                                let product = convolution::product(first, &second);
                                Ok(made(log, pair.level, product))
                            };
                            self.hand_in(&pair.name(), "task.multiply", back);
                        }
                    }
                }
            }
        }
        let whole = self.singles.pop();
        Ok(whole.map_or_else(|| BigUint::from(1_u8), |single| single.product))
    }

    fn split(&mut self, shares: Vec<Vec<Power>>) {
        self.log.at("main.split"); //-
        for (k, share) in shares.into_iter().enumerate() {
            let part = move |log: &Log| Ok(made(log, 0, product_of_powers(&share))); //@ task.part
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
        let level = other.level.max(newest.level) + 1;
        let pair = Pair { of: [other.task, newest.task], level };
        self.multiply(pair, other.product, newest.product);
    }

    /// Two numbers are multiplied by a task; two huge ones are first transformed, by a task each.
    fn multiply(&mut self, pair: Pair, left: BigUint, right: BigUint) {
        self.log.at("main.pair"); //-
        let bits = left.bits() + right.bits();
        let roots = self.roots.as_ref().filter(|_| bits > HUGE);
        let Some((roots, length)) = roots.and_then(|roots| Some((roots, roots.length(bits)?)))
        else {
            let multiply = move |log: &Log| Ok(made(log, pair.level, left * right)); //@ task.multiply
            return self.hand_in(&pair.name(), "task.multiply", multiply); //@ main.pair
        };
        let roots = Arc::clone(roots);
        for number in [left, right] {
            let roots = Arc::clone(&roots);
            let transformed = move |log: &Log| {
                let spectrum = convolution::forward(&roots, &number, length);
                Ok((text(log, "transformed"), Value::Spectrum(pair, spectrum)))
            };
            self.hand_in(&format!("for {}", pair.name()), "task.multiply", transformed);
        }
    }
}
// listing: end

impl Tree<'_> {
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

impl Pair {
    fn name(self) -> String {
        let [left, right] = self.of;
        format!("{} × {}", left.0, right.0)
    }
}

/// A product, too large to be shown but by its size.
fn made(log: &Log, level: u32, product: BigUint) -> Made {
    (text(log, &format!("{} bits", grouped(product.bits()))), Value::Product(level, product))
}
