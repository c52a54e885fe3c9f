import threading

said = threading.Event()


def late():
    said.wait()
    print("late")


threading.Thread(target=late).start()
print("main is done")
said.set()
