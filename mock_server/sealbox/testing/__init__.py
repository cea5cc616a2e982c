"""What tests of client code use: a tenant of their own and what can be done with it, from synchronous code.

`sealbox.pytest_plugin` makes fixtures of it. Everything goes through HTTP, in this process or over a socket.
"""
