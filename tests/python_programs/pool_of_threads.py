import threading
from multiprocessing.dummy import Pool as Dummy
from multiprocessing.pool import ThreadPool


def square(n):
    return n * n, threading.current_thread() is threading.main_thread()


with ThreadPool(3) as pool:
    print(pool.map(square, range(4)), pool.apply_async(square, (5,)).get())
with Dummy(2) as pool:
    print(list(pool.imap(square, range(3))))
    try:
        pool.map(int, ["1", "x"])
    except ValueError as error:
        print(error)
