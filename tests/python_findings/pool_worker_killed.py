# finds: lost-task standstill
# timeout: 4
import os
import signal
from multiprocessing import Pool


def work(n):
    if n == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return n


if __name__ == "__main__":
    with Pool(2) as pool:
        print(pool.map(work, range(5), chunksize=1))
