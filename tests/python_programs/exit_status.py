import sys
import threading

t = threading.Thread(target=lambda: print("thread"))
t.start()
t.join()
sys.exit(3)
