"""What acts on runs from outside: the dispatch of instances, operations, signals, deliveries, the
reconciler.
"""
