# finds: dying-workers
# timeout: 4
from multiprocessing import Pool


def begin():
    raise RuntimeError("no database")


def work(n):
    return n


if __name__ == "__main__":
    with Pool(2, begin) as pool:
        print(pool.map(work, range(4)))
