# finds: lost-result standstill
# timeout: 4
from multiprocessing import Pool


class BadRecord(Exception):
    def __init__(self, line, text):
        super().__init__(f"{text} in line {line}")


def work(n):
    raise BadRecord(n, "no digits")


if __name__ == "__main__":
    with Pool(2) as pool:
        pool.map(work, [7])
