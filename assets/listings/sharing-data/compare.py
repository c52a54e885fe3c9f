import time
from multiprocessing import Manager, Pipe, Process, Queue, RawValue, Semaphore

MESSAGES = 500  #@ =messages


def by_queue(there, back):
    for _ in range(MESSAGES):
        back.put(there.get())


def by_pipe(end):
    for _ in range(MESSAGES):
        end.send(end.recv())


def by_memory(value, there, back):
    for _ in range(MESSAGES):
        there.acquire()
        value.value += 1
        back.release()


def measured(name, process, exchange):
    process.start()
    begin = time.perf_counter()
    for n in range(MESSAGES):
        exchange(n)
    took = time.perf_counter() - begin
    process.join()
    print(f"{name}: {took / MESSAGES * 1e6:.1f} us there and back")


if __name__ == "__main__":
    there, back = Queue(), Queue()
    process = Process(target=by_queue, args=(there, back))
    measured("queue", process, lambda n: (there.put(n), back.get()))  #@ ours
    ours, theirs = Pipe()
    process = Process(target=by_pipe, args=(theirs,))
    measured("pipe", process, lambda n: (ours.send(n), ours.recv()))
    value, go, done = RawValue("i", 0), Semaphore(0), Semaphore(0)
    process = Process(target=by_memory, args=(value, go, done))
    measured("shared memory", process, lambda n: (go.release(), done.acquire()))
    with Manager() as manager:
        numbers = manager.list([0])
        process = Process(target=time.sleep, args=(0,))
        measured("manager", process, lambda n: numbers.__setitem__(0, n))  #@ cpython
    print("all done")  #@ end
