# finds: missing-sentinel
# not: standstill
# timeout: 4
# The main thread hands out the jobs, tells nobody to stop, and waits for its consumers.
import queue
import threading


def work(jobs):
    while True:
        job = jobs.get()
        if job is None:
            break
        print("did", job)


if __name__ == "__main__":
    jobs = queue.Queue()
    consumers = [threading.Thread(target=work, args=(jobs,)) for _ in range(2)]
    for consumer in consumers:
        consumer.start()
    for n in range(4):
        jobs.put(n)
    for consumer in consumers:
        consumer.join()
