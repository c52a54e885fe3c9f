# start: fork spawn
import multiprocessing as mp
import os
import signal
import sys
import time


def leave(how):
    if how == "error":
        raise ValueError("child")
    if how == "exit":
        sys.exit(3)
    if how == "at once":
        os._exit(4)
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "sleep":
        time.sleep(60)


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    for how in ("normal", "error", "exit", "at once", "kill", "sleep"):
        child = mp.Process(target=leave, args=(how,), name=how)
        child.start()
        if how == "sleep":
            print(child.join(0.05), child.is_alive())
            child.terminate()
        child.join()
        print(how, child.exitcode, child.is_alive())
