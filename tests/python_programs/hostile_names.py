import threading

t = threading.Thread(target=print, args=("odd",), name="a\x00b\n\x1b[31m\ud800")
t.start()
t.join()
t = threading.Thread(target=print, args=("long",), name="n" * 100000)
t.start()
t.join()
