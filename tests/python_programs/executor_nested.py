from concurrent.futures import ThreadPoolExecutor, ProcessPoolExecutor
import multiprocessing as mp


def inner(n):
    return n * 2


def outer(n):
    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(inner, range(n)))


if __name__ == "__main__":
    with ProcessPoolExecutor(2, mp_context=mp.get_context("fork")) as pool:
        print(list(pool.map(outer, [3, 4])))
