import os
import tempfile
import time
import zlib
from multiprocessing import Process, Queue
from threading import Thread

TASKS = 4  #@ =tasks
MEGABYTES = 10  #@ =megabytes


def task(part):  #@ task
    """Writes a file, waits until it is on the disk, and reads it again."""
    with tempfile.TemporaryFile() as file:
        file.write(bytes([part]) * (MEGABYTES * 1_000_000))
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        return zlib.crc32(file.read())


def put(part, results):
    results.put(task(part))


def one_after_another():
    return [task(part) for part in range(TASKS)]


def by_threads():
    results = [None] * TASKS

    def work(part):
        results[part] = task(part)

    threads = [Thread(target=work, args=(part,)) for part in range(TASKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def by_processes():
    results = Queue()
    processes = [Process(target=put, args=(part, results)) for part in range(TASKS)]
    for process in processes:
        process.start()
    answers = [results.get() for _ in processes]  # before join: else it could wait for ever
    for process in processes:
        process.join()
    return answers


def timed(way, function):
    begin = time.perf_counter()
    results = function()
    print(f"{way}: {sum(results)} in all, {time.perf_counter() - begin:.2f} s")


if __name__ == "__main__":
    timed("one after another", one_after_another)  #@ main.alone
    timed("threads", by_threads)  #@ main.threads
    timed("processes", by_processes)  #@ main.processes
    print("done")  #@ main.end
