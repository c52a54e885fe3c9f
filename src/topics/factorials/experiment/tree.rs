//! One number, as a tree of products.

use super::*;
use crate::record::sync::{AsCompleted, AsItem, Future};
use crate::replay::words::{count, grouped};
use crate::topics::factorials::work::{Power, product_of_powers, shares, transform, twos};
use std::collections::HashMap;

/// What a task has made, with what is shown for it.
type Made = (Item, Value);

enum Value {
    Shares(Vec<Vec<Power>>),
    Product(BigUint),
}

/// A product, and how many multiplications of pairs it is above the parts.
struct Single {
    level: u32,
    task: TaskId,
    product: BigUint,
}

// listing: begin
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    let log = lab.main;
    log.at("main.start"); //-
    let pool = ThreadPool::start(log, "pool", plan.threads, None)?; //@ main.start
    let mut tree = Tree {
        log,
        pool: &pool,
        open: AsCompleted::new(log),
        singles: Vec::new(),
        levels: HashMap::new(),
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
    singles: Vec<Single>,
    /// How high the product stands that a task makes of two.
    levels: HashMap<TaskId, u32>,
    next: usize,
}

impl Tree<'_> {
    fn product(&mut self, n: u64, parts: usize) -> Result<BigUint, Failure> {
        let primes = move |log: &Log| {
            let about = text(log, &format!("for {}", count(parts, "part")));
            Ok((about, Value::Shares(shares(n, parts)))) //@ task.primes
        };
        self.hand_in("primes", "task.primes", primes);
        loop {
            self.log.at("main.result"); //-
            let Some((task, result)) = self.open.next_done()? else { break }; //@ main.result
            match result?.1 {
                Value::Shares(shares) => self.split(shares),
                Value::Product(product) => {
                    let level = self.levels.remove(&task).unwrap_or(0);
                    self.singles.push(Single { level, task, product });
                    self.pair_up();
                }
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
        self.log.at("main.pair"); //-
        let name = format!("{} × {}", other.task.0, newest.task.0);
        let level = other.level.max(newest.level) + 1;
        self.levels.insert(TaskId::from_index(self.next), level);
        let multiply =
            move |log: &Log| Ok(made(log, transform::product(&other.product, &newest.product))); //@ task.multiply
        self.hand_in(&name, "task.multiply", multiply); //@ main.pair
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

/// A product, too large to be shown but by its size.
fn made(log: &Log, product: BigUint) -> Made {
    (text(log, &format!("{} bits", grouped(product.bits()))), Value::Product(product))
}
