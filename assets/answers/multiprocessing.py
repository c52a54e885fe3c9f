import os
import time
from multiprocessing import Process, Queue


def count_primes(below, results):
    primes = sum(all(n % d for d in range(2, int(n**0.5) + 1)) for n in range(2, below))
    results.put((os.getpid(), primes))  #@ 8


if __name__ == "__main__":  #@ 9
    start = time.perf_counter()
    results = Queue()
    children = [Process(target=count_primes, args=(20_000, results)) for _ in range(4)]  #@ 2
    for child in children:
        child.start()  #@ 3
    for _ in children:  # before join: a child waits until its data is taken
        pid, primes = results.get()  #@ 4
        print(f"PID {pid}: {primes} primes")  #@ 1
    for child in children:
        child.join()
    print("exit codes:", [child.exitcode for child in children])  #@ 10
    print(f"{time.perf_counter() - start:.2f} s")
