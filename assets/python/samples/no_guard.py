import multiprocessing


def greet():
    print("hello from the child")


spawning = multiprocessing.get_context("spawn")
child = spawning.Process(target=greet)
child.start()
child.join()
print("the child ended with", child.exitcode)
