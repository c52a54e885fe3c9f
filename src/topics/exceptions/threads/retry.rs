//! A call that fails is tried again after ever longer pauses, a number of times; then there is something in its place.

use super::*;

// listing: begin
fn call(log: &Log, plan: &Plan, attempt: usize) -> Result<i32, Failure> {
    log.at("call.work"); //-
    log.sleep(plan.work)?; //@ call.work
    if attempt <= plan.fails {
        log.at("call.raise"); //-
        return Err(log.raise(&format!("ConnectionError: attempt {attempt}"))); //@ call.raise
    }
    Ok(42)
}

fn client(log: &Log, plan: &Plan) -> Result<(), Failure> {
    let mut pause = plan.work;
    for attempt in 1..=plan.attempts {
        match call(log, plan, attempt) {
            Ok(answer) => {
                log.at("client.good"); //-
                log.tell(&format!("answer: {answer}"), []); //@ client.good
                return Ok(());
            }
            Err(failure) => {
                log.at("client.caught"); //-
                let why = log.catch(failure)?; //@ client.caught
                log.tell(&format!("failed: {why}"), []);
            }
        }
        if attempt < plan.attempts {
            log.at("client.pause"); //-
            log.sleep(pause)?; //@ client.pause
            pause *= 2;
        }
    }
    log.at("client.fallback"); //-
    log.tell("gave up; yesterday's answer: 41", []); //@ client.fallback
    Ok(())
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let log = lab.main; //-
    crew(lab, |threads| {
        log.at("main.start"); //-
        threads.start(one_of("client", 'C', 0), |log| client(log, plan))?; //@ main.start
        log.at("main.join"); //-
        threads.join() //@ main.join
    })?;
    log.step_at("main.end"); //-
    log.tell("all done", []); //@ main.end
    Ok(())
}
// listing: end
