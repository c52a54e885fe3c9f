# finds:
# not: changed-copy
import multiprocessing
import queue

if __name__ == "__main__":
    jobs = queue.PriorityQueue()
    jobs.put(1)
    last = queue.LifoQueue()
    last.put(2)
    worker = multiprocessing.get_context("fork").Process(target=lambda: (jobs.get(), last.get()))
    worker.start()
    worker.join()
    print(jobs.qsize(), last.qsize())
