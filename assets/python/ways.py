import threading

# For a process that does not begin as a copy of this one. This program is no file, so such a process cannot import it.
WORK = r"""
import hashlib
import os
import resource
import socket
import tempfile
import threading
import time
import zlib

now = lambda: time.clock_gettime_ns(time.CLOCK_MONOTONIC)


FILE = 100_000  # bytes


def pattern(number, size):
    block = bytes((place + number) & 255 for place in range(256))
    return (block * (size // 256 + 1))[:size]


def download(task, waited, given):
    begin = now()
    with socket.create_connection(("127.0.0.1", task["port"]), timeout=10) as server:
        server.settimeout(10 + task["nanos"] / 1e9)
        path = "/%d?bytes=%d&ns=%d" % (task["part"], FILE, task["nanos"])
        server.sendall(("GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n" % path).encode())
        answer = b"".join(iter(lambda: server.recv(65536), b""))
    waited.append(("network", begin, now()))
    head, _, body = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 ") or len(body) != FILE:
        raise ValueError("download %d is not whole" % (task["part"] + 1))
    return zlib.crc32(body)


def primes(task, waited, given):
    block, limit, count = 256, task["amount"], 0
    for start in range(task["part"] * block, limit, task["parts"] * block):
        for n in range(start, min(start + block, limit)):
            divisor = 2
            while divisor * divisor <= n:
                if n % divisor == 0:
                    break
                divisor += 1
            else:
                count += n >= 2
    return count


def matrix(task, waited, given):
    side, total = task["amount"], 0
    for row in range(task["part"], side, task["parts"]):
        for column in range(side):
            total += sum((row + 2 * k) % 10 * ((3 * k + column) % 10) for k in range(side))
    return total


def write_and_read(task, waited, given):
    begin = now()
    with tempfile.TemporaryFile() as file:
        file.write(pattern(task["part"], task["amount"]))
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        read = file.read()
    waited.append(("disk", begin, now()))
    return zlib.crc32(read)


def sha256(task, waited, given):
    buffer = pattern(task["part"], task["amount"])
    return int.from_bytes(hashlib.sha256(buffer).digest()[:4], "big")


def look(task, waited, given):
    return sum(given[::64])


def mixed(task, waited, given):
    return download(task, waited, given) + primes(task, waited, given)


KINDS = {
    "downloads": download,
    "primes": primes,
    "matrix": matrix,
    "files": write_and_read,
    "hashing": sha256,
    "transfer": look,
    "mixed": mixed,
}


def memory(quick):
    # Bytes in use, and of these the process's own.
    try:
        if quick:
            size, resident, shared = open("/proc/self/statm").read().split()[:3]
            page = os.sysconf("SC_PAGE_SIZE")
            return [int(resident) * page, (int(resident) - int(shared)) * page]
        lines = [line.split() for line in open("/proc/self/smaps_rollup")]
        sizes = [(line[0], 1024 * int(line[1])) for line in lines[1:]]
        own = sum(size for name, size in sizes if name.startswith("Private_"))
        return [sum(size for name, size in sizes if name == "Rss:"), own]
    except (OSError, ValueError, IndexError):
        return None


def do(tasks, is_process, given):
    # Does tasks one after another, and tells what that took.
    began, spans, waited, results, error = now(), [], [], [], None
    before = 0 if is_process else time.thread_time_ns()
    who = resource.RUSAGE_SELF if is_process else getattr(resource, "RUSAGE_THREAD", resource.RUSAGE_SELF)
    switches = lambda: sum(resource.getrusage(who)[-2:])
    switched = 0 if is_process else switches()
    try:
        for task in tasks:
            begin = now()
            results.append(KINDS[task["work"]](task, waited, given))
            spans.append((begin, now()))
    except Exception as trouble:
        error = "%s: %s" % (type(trouble).__name__, trouble)
    cpu = (time.process_time_ns() if is_process else time.thread_time_ns()) - before
    return {
        "os_id": os.getpid() if is_process else threading.get_native_id(),
        "results": results,
        "error": error,
        "began": began,
        "spans": spans,
        "waited": waited,
        "cpu": cpu,
        "switches": switches() - switched,
        "memory": memory(not is_process),
        "ended": now(),
    }
"""
CHILD = WORK + "\nanswer.send(do([task], True, packets.recv() if packets else b''))\nanswer.close()"
exec(WORK)


def by_threads(shares, given):
    told = [None] * len(shares)

    def work(place):
        told[place] = do(shares[place], False, given)

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(shares))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def by_processes(shares, given):
    running, senders = [], []
    for share in shares:
        mine, answer = context.Pipe(duplex=False)
        packets, sender = context.Pipe(duplex=False) if given else (None, None)
        args = {"task": share[0], "answer": answer, "packets": packets}
        if context.get_start_method() == "fork":
            process = context.Process(target=forked, kwargs=args)
        else:
            process = context.Process(target=exec, args=(CHILD, args))
        process.start()
        answer.close()
        running.append((process, mine))
        if sender:
            packets.close()
            senders.append(sender)
    for sender in senders:
        sender.send(given)
        sender.close()
    told = []
    for process, mine in running:
        try:
            told.append(mine.recv())
        except EOFError:
            process.join()
            raise RuntimeError("a process ended with %s and no answer" % process.exitcode)
        process.join()
    return told


def forked(task, answer, packets):
    answer.send(do([task], True, packets.recv() if packets else b""))
    answer.close()


def answer(request):
    if "method" in request:
        gil = getattr(sys, "_is_gil_enabled", lambda: True)()
        return {"method": choose(request["method"]), "gil": gil}, []
    shares = request["shares"]
    size = shares[0][0]["amount"] if shares[0][0]["work"] == "transfer" else 0
    given = pattern(0, size)
    before = memory(True)
    begin = now()
    told = by_processes(shares, given) if request["processes"] else by_threads(shares, given)
    end = now()
    return {"workers": told, "memory": before}, [("trial", begin, end)]


serve(answer)
