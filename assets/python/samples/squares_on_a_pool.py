from multiprocessing import Pool
from time import sleep


def square(n):
    sleep(0.02)
    return n * n


if __name__ == "__main__":
    with Pool(3) as pool:
        print(pool.map(square, range(1, 13), chunksize=1))
