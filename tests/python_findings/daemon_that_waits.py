# finds:
# not: cut-off
import queue
import threading


def serve():
    while True:
        job = jobs.get()
        print("did", job)
        jobs.task_done()


jobs = queue.Queue()
threading.Thread(target=serve, daemon=True).start()
for n in range(3):
    jobs.put(n)
jobs.join()
