# Who learns of it? Each request is a program of its own: something goes wrong in one of several tools, and whoever waits for it says
# what it was told. The program leads a process group, which is killed when it has ended, or takes too long.
import subprocess
import tempfile

CELL = r"""
import json, os, select, signal, sys, threading, time

def guard():
    # When whoever started this is gone, so is the group.
    if os.fork():
        return
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    end = select.poll()
    end.register(0, 0)
    end.poll()
    os.killpg(0, signal.SIGKILL)

def told(**what):
    os.write(1, (json.dumps(what) + "\n").encode())

def ask(get):
    try:
        get()
    except BaseException as error:
        told(caller=type(error).__name__)
    else:
        told(caller=None)

def submitted(pool, *job):
    # A pool that is broken already takes no more.
    try:
        return pool.submit(*job)
    except Exception as error:
        return error

ANSWERS = [
    "<methodResponse>%s</methodResponse>" % answer
    for answer in (
        "<params></params>",
        "<fault><value><struct><member><name>faultCode</name><value><int>2</int></value></member>"
        "<member><name>faultString</name><value><string>not allowed</string></value></member></struct></value></fault>",
    )
]

if __name__ == "__main__":
    row, column, method = sys.argv[1:]
    guard()
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
    if method != "default":
        multiprocessing.set_start_method(method)
    kill = int(signal.SIGKILL)
    job, args = {
        "raise": (int, ("no number",)),
        "exit": (sys.exit, (3,)),
        "kill": (signal.raise_signal, (kill,)),
        "send": (threading.Lock, ()),
    }.get(row, (None, ()))
    if row == "rebuild":
        # Raises xmlrpc.client.Fault, whose __init__ takes two arguments that its args do not hold.
        import xmlrpc.client
        job, args = xmlrpc.client.loads, ANSWERS[1:]
    if column == "thread":
        thread = threading.Thread(target=job, args=args)
        thread.start()
        thread.join()
        told(caller=None)
    elif column == "asked":
        with ThreadPoolExecutor(1) as pool:
            ask(pool.submit(job, *args).result)
    elif column == "not asked":
        with ThreadPoolExecutor(1) as pool:
            pool.submit(job, *args)
        told(caller=None)
    elif column == "process":
        process = multiprocessing.Process(target=job, args=args)
        process.start()
        process.join()
        told(code=process.exitcode)
    elif column == "pool":
        with multiprocessing.Pool(1) as pool:
            ask(pool.apply_async(job, args).get)
    elif column == "executor":
        with ProcessPoolExecutor(1) as pool:
            ask(pool.submit(job, *args).result)
    elif column == "map":
        # One of five tasks fails, the others do nothing: signal 0 is none.
        good, bad = ANSWERS if row == "rebuild" else (0, kill)
        with multiprocessing.Pool(3) as pool:
            ask(lambda: pool.map(job, [good, good, bad, good, good], chunksize=1))
    elif column == "futures":
        with ProcessPoolExecutor(3) as pool:
            jobs = 2 * [(time.sleep, 0.5)] + [(job, *args)] + 2 * [(time.sleep, 0.5)]
            futures = [submitted(pool, *job) for job in jobs]
            errors = [future if isinstance(future, Exception) else future.exception() for future in futures]
        broken = [type(error).__name__ for error in errors if error]
        told(caller=broken[0] if broken else None, failed=len(broken))
"""


def looked(group):
    """Whether every process of a group waits for something, how long all have computed, and how long their first threads. Where
    the system does not tell, they are taken to wait."""
    asleep, computed, first = True, 0, 0
    try:
        pids = [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return asleep, computed, first
    for pid in pids:
        try:
            fields = fields_of("/proc/%s/stat" % pid)
            if int(fields[2]) != group:
                continue
            state, ticks = fields[0], int(fields[11]) + int(fields[12])
            fields = fields_of("/proc/%s/task/%s/stat" % (pid, pid))
            first += int(fields[11]) + int(fields[12])
        except (OSError, ValueError, IndexError):
            continue  # it has ended
        asleep, computed = asleep and state in "SZX", computed + ticks
    return asleep, computed, first


def fields_of(path):
    with open(path) as stat:
        return stat.read().rpartition(")")[2].split()


# So long nobody's first thread has computed: then it waits for ever, whatever a thread of CPython's own does. One that looks after a
# pool's workers computes without end now and then, where the thread that takes in results has died.
IDLE = 5_000_000_000


# What is waited for in a column.
AWAITED = {"pool": "get()", "map": "map()"}


def is_open(still, idle):
    return still < 5 and now() - idle < IDLE


def run(row, column, method, limit):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        command = [sys.executable, "-I", "-c", CELL, row, column, method]
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=out, stderr=err, preexec_fn=lambda: os.setpgid(0, 0)
        )
        begin = since = idle = now()
        until = begin + int(limit * 1e9)
        status, still, before = None, 0, [0, 0]
        # Whoever has not had its turn yet, or is stopped, does not wait for ever.
        while status is None and (now() < until or is_open(still, idle) and now() < until + 8_000_000_000):
            try:
                status = child.wait(0.05)
            except subprocess.TimeoutExpired:
                asleep, *computed = looked(child.pid)
                still = still + 1 if asleep and computed == before else 0
                since = since if still else now()
                idle = idle if asleep and computed[1] == before[1] else now()
                before = computed
        unknown = status is None and is_open(still, idle)
        since = since if still >= 5 else idle
        end = now()
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
        child.wait()
        child.stdin.close()
        out.seek(0)
        err.seek(0)
        line = out.readline(4096).decode("utf-8", "replace").strip()
        text = err.read(4096).decode("utf-8", "replace")
    found = json.loads(line) if line else {}
    found.update(status=status, text=bool(text.strip()), unknown=unknown)
    return found, begin, end, since


def answer(request):
    column = request["column"]
    found, begin, end, since = run(request["row"], column, request["method"], request["limit"])
    waits = found["status"] is None and not found["unknown"]
    waited = [(AWAITED.get(column, column), since, end)] if waits else []
    return found, [(request["name"], begin, end)], waited


if sys.version_info < (3, 8):
    sys.exit("these programs need Python 3.8 or later")
serve(answer)
