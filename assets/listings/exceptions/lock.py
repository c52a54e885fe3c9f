import threading
import time

THREADS = 3  #@ =threads
FAILS = 1  #@ =fails
WORK = 0.1  #@ =work

lock_a = threading.Lock()  #@ ?!lock=with
lock_b = threading.Lock()  #@ ?!lock=bare


def bare(n):  #@ ?!lock=with
    lock_a.acquire()  #@ ?!lock=with bare.acquire
    time.sleep(WORK)  #@ ?!lock=with bare.work
    if n == FAILS:  #@ ?!lock=with
        raise ValueError(f"no {n}")  #@ ?!lock=with bare.raise
    print(f"bare {n} is done")  #@ ?!lock=with bare.done
    lock_a.release()  #@ ?!lock=with bare.release
  #@ ?lock=both
  #@ ?lock=both
def safe(n):  #@ ?!lock=bare
    with lock_b:  # as acquire, try … finally: release  #@ ?!lock=bare safe.acquire
        time.sleep(WORK)  #@ ?!lock=bare safe.work
        if n == FAILS:  #@ ?!lock=bare
            raise ValueError(f"no {n}")  #@ ?!lock=bare safe.raise
        print(f"safe {n} is done")  #@ ?!lock=bare safe.done


if __name__ == "__main__":
    functions = [bare]  #@ ?lock=bare
    functions = [safe]  #@ ?lock=with
    functions = [bare, safe]  #@ ?lock=both
    threads = []
    for n in range(1, THREADS + 1):
        for function in functions:
            threads.append(threading.Thread(target=function, args=(n,)))
            threads[-1].start()  #@ main.start
        if n == 1:
            time.sleep(WORK / 4)  # thread 1 is the first to take it
    for thread in threads:
        thread.join()  #@ main.join
    print("all done")  #@ main.end
