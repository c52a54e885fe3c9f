import time
from multiprocessing import Process
from threading import Thread

MOST = 64  #@ =most
WAITS = 64
WAIT = 0.002  #@ =wait
LIMIT = 200000  #@ =limit*
BLOCK = 256


def wait(part, parts):  #@ task
    """Its share of the tasks that wait."""
    for _ in range(part, WAITS, parts):
        time.sleep(WAIT)  # in place of waiting for a network


def is_prime(n):
    divisor = 2
    while divisor * divisor <= n:
        if n % divisor == 0:
            return False
        divisor += 1
    return n >= 2


def count(part, parts):
    """Its share of the primes below an eighth of the limit: an interpreter takes longer."""
    limit = LIMIT // 8
    for start in range(part * BLOCK, limit, parts * BLOCK):
        for n in range(start, min(start + BLOCK, limit)):
            is_prime(n)


def timed(kind, work, many):
    workers = [kind(target=work, args=(part, many)) for part in range(many)]
    begin = time.perf_counter()
    for worker in workers:
        worker.start()  #@ main.threads main.processes main.alone
    for worker in workers:
        worker.join()
    return time.perf_counter() - begin


if __name__ == "__main__":
    for work in (wait, count):
        for kind in (Thread, Process):
            many = 1
            while many <= MOST:
                took = timed(kind, work, many)
                print(f"{work.__name__}, {kind.__name__} {many}: {1000 * took:.1f} ms")
                many *= 2
    print("done")  #@ main.end
