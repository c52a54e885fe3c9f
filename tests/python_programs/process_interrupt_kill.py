# start: fork spawn forkserver
import multiprocessing as mp
import os
import signal
import sys
import threading


def waits(there):
    # Whoever was started in the background by a shell has it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        there.set()
        threading.Event().wait()
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        sys.exit(3)


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    for end in ("terminate", "kill", "interrupt"):
        there = mp.Event()
        child = mp.Process(target=waits, args=(there,))
        child.start()
        there.wait()
        # Again where it came in too early: what is raised in the midst of the library can be lost there.
        while child.is_alive():
            if hasattr(child, end):
                getattr(child, end)()
            else:
                os.kill(child.pid, signal.SIGINT)
            child.join(5)
        print(end, child.exitcode, child.is_alive())
        child.close()
        try:
            child.is_alive()
        except ValueError:
            print("closed")
    print(mp.active_children())
