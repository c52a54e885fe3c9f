import multiprocessing
import os  #@ ?fault=kill
import signal  #@ ?fault=kill
import sys  #@ ?fault=exit
import time

PROCESSES = 3  #@ =processes
TASKS = 8  #@ =tasks
FAILS = 2  #@ =fails
WORK = 0.1  #@ =work
PATIENCE = 2.0  #@ =patience ?!fault=raise


def square(n):
    time.sleep(WORK)  #@ task.work
    if n == FAILS:
        raise ValueError(f"no {n}")  #@ ?fault=raise task.fail
        sys.exit(3)  #@ ?fault=exit task.fail
        os.kill(os.getpid(), signal.SIGKILL)  #@ ?fault=kill task.fail
    return n * n  #@ task.done


if __name__ == "__main__":
    with multiprocessing.Pool(PROCESSES) as pool:  #@ main.start
        results = pool.map_async(square, range(TASKS), chunksize=1)  #@ ?!call=imap
        results = pool.imap(square, range(TASKS))  #@ ?call=imap
        while True:  #@ ?call=imap
            try:  #@ ?call=imap
                print(next(results))  #@ ?call=imap main.result
            except StopIteration:  #@ ?call=imap
                break  #@ ?call=imap
            except ValueError as error:  # its cause is the worker's traceback  #@ ?call=imap
                print("failed:", error)  #@ ?call=imap main.caught
        try:  #@ ?!call=imap
            print(*results.get())  #@ ?!call=imap main.result ?fault=raise
            print(*results.get(PATIENCE))  # without a time-out: for ever  #@ ?!fault=raise main.result
        except ValueError as error:  # its cause is the worker's traceback  #@ ?fault=raise ?!call=imap
            print("failed:", error)  #@ ?fault=raise ?!call=imap main.caught
        except multiprocessing.TimeoutError:  #@ ?!fault=raise
            print("failed: no answer")  #@ ?!fault=raise main.caught
    # Leaving the block ends the workers.  #@ main.join
    print("all done")  #@ main.end
