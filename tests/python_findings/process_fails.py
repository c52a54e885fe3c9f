# finds: unheard-exception
from multiprocessing import Process


def work():
    raise ValueError("bad row")


if __name__ == "__main__":
    process = Process(target=work)
    process.start()
    process.join()
