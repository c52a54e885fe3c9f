import time
from multiprocessing import Process
from threading import Thread

LIMIT = 2_000_000  #@ =limit
TIME_SCALE = 1.0  #@ =time_scale
PERIOD = 0.02 * TIME_SCALE
BEATS = 50


def work():  #@ work task
    """Counts primes: below a fortieth, for an interpreter takes longer."""
    limit = int(LIMIT * TIME_SCALE) // 40
    return sum(n > 1 and all(n % d for d in range(2, int(n ** 0.5) + 1)) for n in range(limit))


def beat(way, between=None):
    late = []
    began = time.perf_counter()
    for number in range(1, BEATS + 1):
        due = began + number * PERIOD
        time.sleep(max(0, due - time.perf_counter()))  # lets go of the GIL, and needs it again to go on
        late.append(time.perf_counter() - due)  #@ beat
        if between and number == 10:
            between()
    missed = sum(one > PERIOD for one in late)
    print(f"{way}: latest by {1000 * max(late):.1f} ms, {missed} missed")


def beside(way, worker):
    heart = Thread(target=beat, args=(way,))
    heart.start()
    time.sleep(10 * PERIOD)
    worker.start()
    worker.join()
    heart.join()


if __name__ == "__main__":
    beat("on the same thread", work)  #@ main.same
    beside("on another thread, with the GIL", Thread(target=work))  #@ main.thread
    beside("in another process", Process(target=work))  #@ main.process
    print("done")  #@ main.end
