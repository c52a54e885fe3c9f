from multiprocessing import Process, Queue


def child(jobs):
    numbers = [1, 2, 3]
    jobs.put(numbers)  # a thread pickles it later  #@ child.put
    numbers.clear()  #@ child.clear
    # It ends when the feeder thread has written all.  #@ child.finish


if __name__ == "__main__":
    jobs = Queue()
    process = Process(target=child, args=(jobs,))
    process.start()  #@ start
    numbers = jobs.get()  #@ get
    print("got", numbers)  #@ said
    process.join()  #@ join
    print("all done")  #@ end
