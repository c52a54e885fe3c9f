import multiprocessing
import os  #@ ?fault=kill
import signal  #@ ?fault=kill
import sys  #@ ?fault=exit
import time

PROCESSES = 3  #@ =processes
FAILS = 1  #@ =fails
WORK = 0.1  #@ =work


def child(n, lock):
    lock.acquire()  #@ ?hold child.acquire
    try:  #@ ?hold
        work(n)  #@ ?hold
    finally:  # not if the process is killed  #@ ?hold
        lock.release()  #@ ?hold
    work(n)  #@ ?!hold
    print(f"process {n} is done")  #@ child.done


def work(n):
    time.sleep(WORK)  #@ child.work
    if n == FAILS:
        raise ValueError(f"no {n}")  #@ ?fault=raise child.fail
        sys.exit(3)  #@ ?fault=exit child.fail
        os.kill(os.getpid(), signal.SIGKILL)  #@ ?fault=kill child.fail


if __name__ == "__main__":
    lock = multiprocessing.Lock()
    children = [multiprocessing.Process(target=child, args=(n, lock))
                for n in range(1, PROCESSES + 1)]
    for process in children:
        process.start()  #@ main.start
        if process is children[0]:
            time.sleep(WORK / 4)  # child 1 is the first to take it
    for process in children:
        process.join()  #@ main.join
    print("exit codes:", [process.exitcode for process in children])  #@ main.end
