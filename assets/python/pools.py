import concurrent.futures
import multiprocessing.connection
import threading

# What a worker does. This program is no file, so a worker that does not begin as a copy of it cannot import it.
WORK = """
import json
import os
import time

report = None


def told(what, **more):
    # One short write, which no other process can cut in two; no lock, so a worker that is killed takes none along.
    if report:
        at = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        report.send_bytes(json.dumps({"at": at, "what": what, "pid": os.getpid(), **more}).encode())


def blur(side, seed):
    import random
    randoms = random.Random(seed)
    rows = [randoms.choices(range(256), k=side) for _ in range(side)]
    total = 0
    for y in range(1, side - 1):
        for x in range(1, side - 1):
            near = [rows[y + j][x + i] for j in (-1, 0, 1) for i in (-1, 0, 1)]
            total += sum(near) // 9
    return total // (side - 2) ** 2


def count_primes(limit):
    return sum(all(n % d for d in range(2, int(n ** 0.5) + 1)) for n in range(2, limit))


def done(job):
    task, what, amount, more = job
    if what == "sleep":
        told("sleeps", planned=round(amount * 1e9))
        time.sleep(amount)
        if more:  # its worker is to be killed, however busy the machine is
            time.sleep(60)
        return os.getpid()
    if what == "primes":
        return count_primes(amount)
    if what == "image":
        return blur(amount, more)
    return amount * amount


def work(job):
    told("began", task=job[0])
    value = done(job)
    told("done", task=job[0], value=value)
    return value
"""
START = WORK + """
report = given
import __main__
__main__.work = work
told("started")
"""
exec(WORK)
# How long nothing has to happen before it counts as certain that nothing will.
QUIET = 0.5


class Watch:
    """Tells the lab what workers report, in order, and kills the worker of one task."""

    def __init__(self, context, kill, after):
        self.reader, self.writer = context.Pipe(duplex=False)
        self.kill, self.after, self.killed = kill, after, None
        self.open = {}
        self.started = 0
        self.last = self.heard = now()
        self.told = set()
        self.over = False
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def say(self, what, **more):
        """Tells of something in this process."""
        with self.lock:
            message = {"at": now(), "what": what, **more}
            self.writer.send_bytes(json.dumps(message).encode())

    def say_there_are(self, processes):
        """Tells of processes: one that is ended soon may not get to tell of itself."""
        for process in processes:
            if process.pid not in self.told:
                self.told.add(process.pid)
                self.say("spawned", pid=process.pid)

    def watch(self):
        while not self.over or self.reader.poll(0):
            if not self.reader.poll(0.02):
                # A report that is still on its way is told as a little later.
                self.last = max(self.last, now() - 50_000_000)
                tell(self.last, what="waits")
                continue
            told = json.loads(self.reader.recv_bytes())
            self.last = self.heard = max(self.last, told.pop("at"))
            tell(self.last, **told)
            if told["what"] == "started":
                self.started += 1
            elif told["what"] == "began":
                self.open[told["task"]] = told["pid"]
                if told["task"] == self.kill and self.killed is None:
                    self.killed = told["pid"]
                    threading.Timer(self.after, self.shoot).start()
            elif told["what"] == "done":
                self.open.pop(told["task"], None)

    def shoot(self):
        os.kill(self.killed, signal.SIGKILL)
        self.open.pop(self.kill, None)
        self.say("killed", pid=self.killed, task=self.kill)

    def is_quiet(self, workers):
        """Whether nobody works any more, and that for a while, though another worker has come for the one that was killed."""
        dead = self.killed is not None and not self.open and self.started > workers
        return dead and now() - self.heard > QUIET * 1e9

    @staticmethod
    def code_of(process):
        # A thread of the pool may have been told by the system just now and have had no turn to say so: until then there is none.
        until = now() + 1_000_000_000
        while process.exitcode is None and now() < until:
            time.sleep(0.01)
        return process.exitcode

    def end(self, processes):
        for process in processes:
            if process.pid != self.killed:
                self.say("ended", pid=process.pid, code=self.code_of(process))
        self.over = True
        self.thread.join()
        self.reader.close()
        self.writer.close()


def failure(error):
    said = str(error).strip().splitlines()
    return type(error).__name__ + (": " + said[0] if said else "")


def run_pool(context, watch, spec, jobs):
    pool = context.Pool(spec["workers"], exec, (START, {"given": watch.writer}), spec["tasks_per_child"])
    # To learn how they end: CPython's own list is emptied as it replaces them.
    processes = list(getattr(pool, "_pool", ()))
    watch.say_there_are(processes)
    watch.say("handed in")
    values, waits = [None] * len(jobs), False
    if spec["timeout"]:
        handles = [pool.apply_async(work, (job,)) for job in jobs]
        for task, handle in enumerate(handles):
            try:
                values[task] = handle.get(spec["timeout"])
                watch.say("result", task=task)
            except multiprocessing.TimeoutError:
                watch.say("timed out", task=task)
            except BaseException as error:
                watch.say("failed", task=task, error=failure(error))
    else:
        handle = pool.map_async(work, jobs, spec["chunk"])
        while not handle.ready() and not watch.is_quiet(spec["workers"]):
            handle.wait(0.02)
        if handle.ready():
            values = handle.get()
            watch.say("results", count=len(jobs))
        else:
            waits = True
            watch.say("gave up")
    processes += [p for p in getattr(pool, "_pool", ()) if p not in processes]
    watch.say_there_are(processes)
    if waits or spec["timeout"]:
        watch.say("terminated")
        pool.terminate()
    else:
        pool.close()
    pool.join()
    return processes


def run_executor(context, watch, spec, jobs):
    options = {}
    if spec["tasks_per_child"] and sys.version_info >= (3, 11) and context.get_start_method() != "fork":
        options["max_tasks_per_child"] = spec["tasks_per_child"]
    executor = concurrent.futures.ProcessPoolExecutor(
        spec["workers"], context, exec, (START, {"given": watch.writer}), **options)
    watch.say("handed in")
    processes = []
    if spec["chunk"] > 1 and not spec["timeout"]:
        results = executor.map(work, jobs, chunksize=spec["chunk"])
        processes += (getattr(executor, "_processes", None) or {}).values()
        watch.say_there_are(processes)
        task = 0
        try:
            for task, _ in enumerate(results):
                watch.say("result", task=task)
        except BaseException as error:
            for task in range(task + (task > 0), len(jobs)):
                watch.say("failed", task=task, error=failure(error))
    else:
        futures = []
        refused = None
        for job in jobs:
            try:
                futures.append(executor.submit(work, job))
            except BaseException as error:
                refused = error
                break
        processes += (getattr(executor, "_processes", None) or {}).values()
        watch.say_there_are(processes)
        for task in range(len(jobs)):
            try:
                if task >= len(futures):
                    raise refused
                futures[task].result(spec["timeout"] or None)
                watch.say("result", task=task)
            except concurrent.futures.TimeoutError:
                watch.say("timed out", task=task)
            except BaseException as error:
                watch.say("failed", task=task, error=failure(error))
    processes += [p for p in (getattr(executor, "_processes", None) or {}).values() if p not in processes]
    watch.say_there_are(processes)
    if spec["timeout"]:
        # Its shutdown waits for the tasks that nobody waits for any more.
        watch.say("terminated")
        executor.shutdown(wait=False)
        for process in processes:
            process.terminate()
    executor.shutdown()
    for process in processes:
        process.join(5)
    return processes


def answer(request):
    context = multiprocessing.get_context(None if request["method"] == "default" else request["method"])
    method = context.get_start_method()
    if "kind" not in request:
        begin_methods(method)
        return method, []
    watch = Watch(context, request["kill"], request["after"])
    run = run_pool if request["kind"] == "pool" else run_executor
    processes = run(context, watch, request, request["jobs"])
    watch.end(processes)
    return None, []


serve(answer)
