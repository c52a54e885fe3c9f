# finds:
from threading import Thread


class Job(Thread):
    def run(self):
        print("working")


job = Job()
job.start()
job.join()
