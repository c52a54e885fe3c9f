import time
from multiprocessing import Pipe, Process, Queue
from threading import Thread

TASKS = 4  #@ =tasks
MEGABYTES = 10  #@ =megabytes


def task(packet):  #@ task
    return sum(packet[::64])


def receive(connection, results):
    results.put(task(connection.recv()))


def one_after_another(packet):
    return [task(packet) for _ in range(TASKS)]


def by_threads(packet):  # a thread is handed a reference: nothing is copied
    results = [None] * TASKS

    def work(place):
        results[place] = task(packet)

    threads = [Thread(target=work, args=(place,)) for place in range(TASKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def by_processes(packet):  # a process is sent a copy, through a pipe
    results = Queue()
    running = []
    for _ in range(TASKS):
        theirs, mine = Pipe(duplex=False)
        process = Process(target=receive, args=(theirs, results))
        process.start()
        theirs.close()
        running.append((process, mine))
    for process, mine in running:
        mine.send(packet)  # pickled, written, read and put together again
    answers = [results.get() for _ in running]
    for process, mine in running:
        process.join()
    return answers


def timed(way, function, packet):
    begin = time.perf_counter()
    results = function(packet)
    print(f"{way}: {sum(results)} in all, {time.perf_counter() - begin:.3f} s")


if __name__ == "__main__":
    packet = bytes(range(250)) * (MEGABYTES * 4_000)
    timed("one after another", one_after_another, packet)  #@ main.alone
    timed("threads", by_threads, packet)  #@ main.threads
    timed("processes", by_processes, packet)  #@ main.processes
    print("done")  #@ main.end
