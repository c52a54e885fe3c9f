# finds: nothing-to-run
from multiprocessing import Process


def work():
    print("working")


if __name__ == "__main__":
    process = Process(target=work())
    process.start()
    process.join()
