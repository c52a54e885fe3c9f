print("executed")


def poll():
    print("called")
