import math
import random  #@ ?pauses=random
import threading  #@ ?compare
import time
from concurrent.futures import ThreadPoolExecutor

NUMBERS = 10  #@ =numbers
THREADS = 4  #@ =threads
PAUSE = 0.25  #@ =pause
SEED = 7  #@ =seed ?pauses=random


def factorial(n):
    pause = PAUSE  #@ ?pauses=equal
    pause = 2 * PAUSE * random.Random(SEED + n).random()  #@ ?pauses=random
    pause = 3 * PAUSE * ((n - 0.5) / NUMBERS) ** 2  #@ ?pauses=growing
    if pause:
        time.sleep(pause)  #@ task.sleep
    return math.factorial(n)  #@ task.compute


def one_after_another():  #@ ?compare
    for n in range(1, NUMBERS + 1):  #@ ?compare
        factorial(n)  #@ main.alone ?compare
  #@ ?compare
  #@ ?compare
def a_thread_for_each():  #@ ?compare
    threads = [threading.Thread(target=factorial, args=(n,))  #@ ?compare
               for n in range(1, NUMBERS + 1)]  #@ ?compare
    for thread in threads:  #@ ?compare
        thread.start()  #@ main.each ?compare
    for thread in threads:  #@ ?compare
        thread.join()  #@ main.join ?compare
  #@ ?compare
  #@ ?compare
def on_a_pool():
    numbers = range(1, NUMBERS + 1)
    # None: as many threads as CPython thinks right
    with ThreadPoolExecutor(THREADS or None) as pool:  #@ main.start main.leave
        results = pool.map(factorial, numbers)  #@ main.submit
        for n, result in zip(numbers, results):  #@ main.result
            print(f"{n}! = {result}")


def timed(way):  #@ ?compare
    start = time.perf_counter()  #@ ?compare
    way()  #@ ?compare
    print(f"{way.__name__}: {time.perf_counter() - start:.6f} s")  #@ ?compare
  #@ ?compare
  #@ ?compare
if __name__ == "__main__":
    timed(one_after_another)  #@ ?compare
    timed(a_thread_for_each)  #@ ?compare
    timed(on_a_pool)  #@ ?compare
    on_a_pool()  #@ ?!compare
    print("done")  #@ main.end
