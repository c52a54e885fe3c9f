import threading

done = threading.Event()
first = threading.Timer(0.01, done.set)
never = threading.Timer(60, print, args=("never",))
never.start()
first.start()
print(done.wait(5))
never.cancel()
never.join()
first.join()
print(isinstance(first, threading.Thread))
