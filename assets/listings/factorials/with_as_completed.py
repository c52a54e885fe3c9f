import math
import random  #@ ?pauses=random
import threading  #@ ?compare
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

NUMBERS = 10  #@ =numbers
THREADS = 4  #@ =threads
PAUSE = 0.25  #@ =pause
SEED = 7  #@ =seed ?pauses=random
FAILS = 5  #@ =fails ?fails


def factorial(number):  #@ ?fails
def factorial(n):  #@ ?!fails
    n = abs(number)  #@ ?fails
    pause = PAUSE  #@ ?pauses=equal
    pause = 2 * PAUSE * random.Random(SEED + n).random()  #@ ?pauses=random
    pause = 3 * PAUSE * ((n - 0.5) / NUMBERS) ** 2  #@ ?pauses=growing
    if pause:
        time.sleep(pause)  #@ task.sleep
    return math.factorial(number)  #@ task.compute ?fails
    return math.factorial(n)  #@ task.compute ?!fails


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
    # None: as many threads as CPython thinks right
    with ThreadPoolExecutor(THREADS or None) as pool:  #@ main.start main.leave
        future_of = {}
        for n in range(1, NUMBERS + 1):
            number = -n if n == FAILS else n  #@ ?fails
            future_of[pool.submit(factorial, number)] = number  #@ main.submit ?fails
            future_of[pool.submit(factorial, n)] = n  #@ main.submit ?!fails
        for future in as_completed(future_of):  #@ main.result
            n = future_of[future]
            try:  #@ ?fails
                print(f"{n}! = {future.result()}")  #@ ?fails
            except ValueError as error:  # raised in the task, kept by the future  #@ ?fails
                print(f"{n}! failed: {error}")  #@ main.caught ?fails
            print(f"{n}! = {future.result()}")  #@ ?!fails


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
