# start: fork spawn
import multiprocessing as mp
import sys


def work(tasks):
    while True:
        tasks.get()
        tasks.task_done()


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    tasks = mp.JoinableQueue()
    child = mp.Process(target=work, args=(tasks,), daemon=True)
    child.start()
    for n in range(5):
        tasks.put(n)
    tasks.join()
    print("all done")
    try:
        tasks.task_done()
    except ValueError as error:
        print(error)
