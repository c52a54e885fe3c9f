//! A pipe to a child and one back.

use super::*;
use crate::workers::share::Pipe;

// listing: begin
pub fn child(context: &Context, arg: &Value) -> Result<Value, String> {
    let [there, back, work] = numbers(arg)?;
    let mut there = Pipe::open(context.space()?, there)?.receiver();
    let back = Pipe::open(context.space()?, back)?;
    loop {
        context.at("child.receive"); //-
        let n = there.receive(context, None)?; //@ child.receive
        let Some(n) = n.as_int() else {
            return Ok(Value::Nothing);
        };
        context.at("child.work"); //-
        context.sleep(nanos(work)); //@ child.work
        context.at("child.send"); //-
        back.send(context, &Value::Int(n * n), None)?; //@ child.send
    }
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let (log, said) = (lab.main, lab.text("got {}")); //-
    let (space, recorder) = (space()?, lab.recorder);
    let there = Pipe::new(&space, recorder, "pipe to child", None).map_err(failed)?;
    let back = Pipe::new(&space, recorder, "pipe to main", None).map_err(failed)?;
    log.at("start"); //-
    let crew = Crew::start(lab, &space, children_of(1))?; //@ start
    crew.run(0, "process-pipe", [there.handle(), back.handle(), time(plan.consume)])?;
    crew.meanwhile(|crew| {
        for n in 1..=plan.items as i64 {
            log.at("send"); //-
            there.send(log, &Value::Int(n), None)?; //@ send
        }
        log.at("stop"); //-
        there.send(log, &Value::Nothing, None)?; //@ stop
        let mut back = back.receiver();
        for _ in 0..plan.items {
            log.at("receive"); //-
            let square = back.receive(log, None)?; //@ receive
            let square = Item::of(square.as_int().unwrap_or(0)); //-
            log.at("said"); //-
            log.say(said, [square, Item::NOTHING]); //@ said
        }
        log.at("join"); //-
        crew.join() //@ join
    })?;
    log.step_at("end"); //-
    Ok(()) //@ end
}
// listing: end
