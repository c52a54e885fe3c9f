import os
import time
from multiprocessing import Pool


def square(n):
    time.sleep(0.1)  # as if it were work
    return n * n, os.getpid()


if __name__ == "__main__":  #@ 8
    start = time.perf_counter()
    with Pool(4) as pool:  #@ 1
        results = pool.map(square, range(1, 11))  #@ 5
        pool.close()
        pool.join()
    seconds = time.perf_counter() - start
    print("squares:", [value for value, _ in results])  #@ 7
    print("worker processes:", len({pid for _, pid in results}))  #@ 2
    print(f"{seconds:.2f} s, one after another {10 * 0.1:.2f} s")  #@ 3
