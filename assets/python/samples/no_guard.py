import multiprocessing


def greet():
    print("hello from the child")


multiprocessing.set_start_method("spawn")
child = multiprocessing.Process(target=greet)
child.start()
child.join()
print("the child ended with", child.exitcode)
