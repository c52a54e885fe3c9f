# finds:
from multiprocessing import Pool


class BadRecord(Exception):
    def __init__(self, line, text):
        super().__init__(line, text)


def work(n):
    raise BadRecord(n, "no digits")


if __name__ == "__main__":
    with Pool(2) as pool:
        try:
            pool.map(work, [7])
        except BadRecord as error:
            print(error)
