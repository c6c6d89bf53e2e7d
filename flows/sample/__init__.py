"""The sample newsroom: own-written outlets, served on loopback, so that the whole monitor can be tried without the internet.

Holds content and the server for it. Knows HTTP and feed formats from the publisher's side; knows nothing of how they are read.
"""
