"""What finds the nearest of many templates: ours and its peers, each in a process of its own.

Those in build/peers run in a Python that has none of Candid's packages: a module here imports only
numpy, its library and its neighbours.
"""
