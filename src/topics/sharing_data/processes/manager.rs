//! A manager: a list and a dict in the memory of a server process, and children that change them through proxies.

use super::*;
use crate::workers::share::{Call, Kept, Lock, Manager};

/// The numbers of the objects.
const N: usize = 0;
const DONE: usize = 1;

// listing: begin
pub fn child(context: &Context, arg: &Value) -> Result<Value, String> {
    let [manager, client, lock, rounds, work] = numbers(arg)?;
    let mut proxy = Manager::open(context.space()?, manager)?.proxy(client as u32)?;
    let lock = (lock != 0).then(|| Lock::open(context.space()?, lock).map_err(String::from)); //@ ?program=manager
    let lock = lock.transpose()?; //@ ?program=manager
    for round in 1..=rounds {
        let guard = take(&lock, context)?; //@ ?program=manager child.acquire
        context.at("child.get"); //-
        let n = proxy.call(context, N, &Call::Get, None)?.as_int().unwrap_or(0); //@ child.get
        context.at("child.work"); //-
        context.sleep(nanos(work)); //@ child.work
        context.at("child.set"); //-
        proxy.call(context, N, &Call::Set(n + 1), None)?; //@ child.set
        drop(guard); //@ ?program=manager
        context.at("child.append"); //-
        proxy.call(context, DONE, &Call::Append(Value::Int(10 * client + round)), None)?; //@ child.append
    }
    Ok(Value::Nothing)
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let (log, recorder) = (lab.main, lab.recorder); //-
    let space = space()?;
    let manager = Manager::new(&space, plan.processes + 1).map_err(failed)?;
    let new = || Lock::new(&space, recorder, "lock", true).map_err(failed); //@ ?program=manager
    let lock = plan.is(Id::Manager).then(new).transpose()?;
    log.at("start"); //-
    let crew = Crew::start(lab, &space, actors(plan))?; //@ start
    let server = crew.actor(0);
    let manager = manager.kept_by(recorder, "manager", server);
    let kept = [
        Kept::number(recorder, "d['n']", server, 0),
        Kept::list(recorder, "done", server, Vec::new()),
    ];
    crew.children.run(0, manager.job(&kept)?)?;
    let lock = lock.map_or(0, |lock| lock.handle());
    for client in 1..=plan.processes {
        let arg = [manager.handle(), client as i64, lock, plan.rounds as i64, time(plan.work)];
        crew.run(client, "process-manager", arg)?;
    }
    crew.meanwhile(|crew| {
        log.at("join"); //-
        (1..=plan.processes).try_for_each(|client| crew.join_one(client))?; //@ join
        let mut proxy = manager.proxy(0)?;
        log.at("look"); //-
        proxy.call(log, N, &Call::Get, None)?; //@ look
        proxy.call(log, N, &Call::ShutDown, None)?;
        crew.join_one(0)
    })?;
    log.step_at("end"); //-
    Ok(()) //@ end
}
// listing: end

/// The server and its clients.
pub fn actors(plan: &Plan) -> Vec<Actor> {
    let server = Actor::process("manager server", "MS").with_role(Role::Helper);
    let clients = (0..plan.processes).map(|k| one_of("child", 'C', k));
    std::iter::once(server).chain(clients).collect()
}
