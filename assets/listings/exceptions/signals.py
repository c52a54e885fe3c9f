import multiprocessing
import os
import signal
import time

PROCESSES = 3  #@ =processes
WORK = 0.1  #@ =work
SIGNAL = "SIGTERM"  #@ =signal


class Stop(Exception):  #@ ?handled
    pass  #@ ?handled
  #@ ?handled
  #@ ?handled
def stop(number, frame):  # called in the main thread  #@ ?handled
    raise Stop  #@ ?handled


def child(n, ready):
    try:  #@ ?handled
        signal.signal(getattr(signal, SIGNAL), stop)  #@ ?handled child.handle
    except OSError as error:  # SIGKILL has no handlers  #@ ?handled
        print(f"no handler: {error}")  #@ ?handled
    try:  #@ ?handled
        ready.release()  #@ ?handled
        time.sleep(3600)  #@ ?handled child.work
    except Stop:  #@ ?handled
        print(f"process {n} cleans up")  #@ ?handled child.stop
    ready.release()  #@ ?!handled
    time.sleep(3600)  #@ ?!handled child.work


if __name__ == "__main__":
    ready = multiprocessing.Semaphore(0)
    children = [multiprocessing.Process(target=child, args=(n, ready))
                for n in range(1, PROCESSES + 1)]
    for process in children:
        process.start()  #@ main.start
    for process in children:
        ready.acquire()  #@ main.ready
    time.sleep(WORK)
    for process in children:  # Ctrl+C: the terminal sends SIGINT to all of the group
        os.kill(process.pid, getattr(signal, SIGNAL))  #@ main.send
    for process in children:
        process.join()  #@ main.join
    print("all have ended:", [process.exitcode for process in children])  #@ main.end
