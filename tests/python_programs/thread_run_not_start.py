import threading

who = []
t = threading.Thread(target=lambda: who.append(threading.current_thread().name))
t.run()
print(who, t.ident)
try:
    t.join()
except RuntimeError as error:
    print(error)
