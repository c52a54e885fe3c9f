import time
from concurrent.futures import ThreadPoolExecutor

THREADS = 2  #@ =threads
TASKS = 6  #@ =tasks
WORK = 0.1  #@ =work


class JobError(Exception):
    """What can go wrong in a job."""


class Missing(JobError):
    pass


class Refused(JobError):
    pass


def job(n):
    time.sleep(WORK)  #@ task.work
    if n % 4 == 1:
        raise Missing(f"no row {n}")  #@ task.missing
    if n % 4 == 3:
        raise Refused(f"not allowed to read row {n}")  #@ task.refused
    return n * n  #@ task.done


if __name__ == "__main__":
    with ThreadPoolExecutor(THREADS) as pool:  #@ main.start main.leave
        futures = [pool.submit(job, n) for n in range(TASKS)]  #@ main.submit
        try:  #@ ?catch=each
            for future in futures:  #@ ?catch=each
                try:  #@ ?catch=each
                    print(future.result())  #@ ?catch=each main.result
                except Missing as error:  #@ ?catch=each
                    print("skipped:", error)  #@ ?catch=each main.caught
        except Refused as error:  # no use in asking for the others  #@ ?catch=each
            print("stopped:", error)  #@ ?catch=each main.refused
        for future in futures:  #@ ?catch=base
            try:  #@ ?catch=base
                print(future.result())  #@ ?catch=base main.result
            except JobError as error:  # of either type  #@ ?catch=base
                print("skipped:", error)  #@ ?catch=base main.caught
    print("all done")  #@ main.end
