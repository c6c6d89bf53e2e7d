"""The stages of a pass: each holds steps in one hand and the doors to the world in the other, and knows no other stage's inside.

A stage takes names and records, writes what it found into the spool and gives back counts. The order is in `flows.passes`.
"""
