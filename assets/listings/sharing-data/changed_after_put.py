from multiprocessing import Event, Process, Queue

KILOBYTES = 1000  #@ =kilobytes


def child(jobs, cleared):
    if KILOBYTES:
        # More than the pipe has room for: the feeder thread is at it until it is received.
        jobs.put(bytes(KILOBYTES * 1024))  #@ child.large
    numbers = [1, 2, 3]
    jobs.put(numbers)  # a thread pickles it later  #@ child.put
    numbers.clear()  #@ child.clear
    cleared.set()  #@ child.tell
    # It ends when the feeder thread has written all.  #@ child.finish


if __name__ == "__main__":
    jobs = Queue()
    cleared = Event()
    process = Process(target=child, args=(jobs, cleared))
    process.start()  #@ start
    cleared.wait()  # nobody takes anything before  #@ wait
    if KILOBYTES:
        jobs.get()  # the large one
    numbers = jobs.get()  #@ get
    print("got", numbers)  #@ said
    process.join()  #@ join
    print("all done")  #@ end
