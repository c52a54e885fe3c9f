import threading


class Job(threading.Thread):
    def __init__(self, n):
        super().__init__(name=f"job {n}")
        self.n = n

    def run(self):
        self.result = self.n ** 2

    def join(self, timeout=None):
        super().join(timeout)
        return self.result


jobs = [Job(n) for n in range(4)]
for job in jobs:
    job.start()
print([job.join() for job in jobs], jobs[0].name, jobs[0].is_alive())
try:
    jobs[0].start()
except RuntimeError as error:
    print(error)
