# start: fork spawn
import multiprocessing as mp
import sys


class Job(mp.Process):
    def __init__(self, n, out):
        super().__init__(name=f"job-{n}")
        self.n, self.out = n, out

    def run(self):
        self.out.put((self.name, self.n * 2))


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    out = mp.Queue()
    jobs = [Job(n, out) for n in range(2)]
    for job in jobs:
        job.start()
    print(sorted(out.get() for _ in jobs))
    for job in jobs:
        job.join()
    print(repr(jobs[0]).split("pid")[0], mp.active_children())
