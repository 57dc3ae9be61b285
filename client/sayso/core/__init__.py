"""The client without its network: what to send, how to read the answer, what to do next.

A dialogue is a generator. It yields `Send` and `Pause` steps and is told a `Reply` or `Lost` for
each `Send`; the asynchronous and the blocking client only carry the steps out. A dialogue that is
interrupted has the interruption thrown into it, and may send a last word before it passes it on.
"""
