import multiprocessing
import os
import signal
import time

WORKERS = 4  #@ =workers
TASKS = 10  #@ =tasks
SECONDS = 1.0  #@ =seconds
KILL = 6  #@ =kill


def sleeper(task):  #@ sleep-and-say
    if task == KILL:
        time.sleep(SECONDS / 2)
        os.kill(os.getpid(), signal.SIGKILL)  #@ killer.kill
    time.sleep(SECONDS)  #@ sleep-and-say.sleep
    return os.getpid()  #@ sleep-and-say.say


if __name__ == "__main__":
    patience = SECONDS * (TASKS / WORKERS + 2) + 1
    with multiprocessing.Pool(WORKERS) as pool:  #@ main.start
        # Not map: the result of a killed worker never comes, and map would wait for it for ever.
        handles = [pool.apply_async(sleeper, (n,)) for n in range(TASKS)]  #@ main.submit.map main.submit.imap main.submit.imap_unordered main.submit.apply main.submit.apply_async
        deadline = time.monotonic() + patience
        results = []
        for task, handle in enumerate(handles):
            try:
                left = max(0, deadline - time.monotonic())
                results.append(handle.get(left))  #@ main.result.map main.result.imap main.result.imap_unordered main.result.apply main.result.apply_async
            except multiprocessing.TimeoutError:
                results.append(None)
                print(f"task {task} is lost")
    # Leaving the block terminates the pool: join would wait for the lost task.  #@ main.join
    print("results:", results)  #@ main.end
