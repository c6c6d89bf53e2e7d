"""The commands of `evwatch`: each reads its options, calls one function, and shows what came of it."""
