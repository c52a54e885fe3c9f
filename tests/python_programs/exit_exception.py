def outer():
    raise ValueError("wrong", 7)


print("before")
outer()
